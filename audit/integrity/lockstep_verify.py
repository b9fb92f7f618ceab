#!/usr/bin/env python3
"""Verifies the proof of an event of a Lockstep log; nothing has to be installed, and no network is used.

    python3 lockstep_verify.py PROOF.json KEY

KEY is what the log's page and `verify_log --key` show: lockstep+<id>+<key>. Have it from elsewhere than the
proof. Exit status 0: the event is as it was when the checkpoint was signed. 1: it is not.
"""

from __future__ import annotations

import base64
import json
import sys
from hashlib import sha256, sha512
from typing import Any, Mapping, Sequence, Tuple

Point = Tuple[int, int, int, int]
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


class Wrong(Exception):
    """The proof proves nothing; the sentence says why."""


# Ed25519 (RFC 8032, 5.1): points as (X, Y, Z, T), x = X/Z, y = Y/Z, x*y = T/Z.


def add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f, g * h, f * g, e * h


def multiply(number: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def read_point(data: bytes) -> Point:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise Wrong("The key or the signature is no point of the curve.")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = read_point(bytes.fromhex("58" + "66" * 31))


def signed(key: bytes, signature: bytes, text: bytes) -> bool:
    """Whether the owner of the key signed the text."""
    s = int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or s >= ORDER:
        return False
    h = int.from_bytes(sha512(signature[:32] + key + text).digest(), "little") % ORDER
    left, right = multiply(s, BASE), add(read_point(signature[:32]), multiply(h, read_point(key)))
    return not (
        (left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P
    )


def open_note(note: str, word: str) -> str:
    """The text of a signed note (C2SP signed-note), if this key signed it."""
    name, key_id, encoded = word.split("+", 2)
    key = base64.b64decode(encoded)
    if sha256(name.encode() + b"\n" + key).digest()[:4].hex() != key_id or key[:1] != b"\x01":
        raise Wrong("The key is not written correctly.")
    text, _, lines = note.rpartition("\n\n")
    for line in lines.splitlines():
        mark, signer, encoded = line.split(" ")
        raw = base64.b64decode(encoded)
        if (mark, signer, raw[:4].hex()) == ("\u2014", name, key_id) and signed(
            key[1:], raw[4:], (text + "\n").encode()
        ):
            return text
    raise Wrong("The checkpoint is not signed with this key, or was changed.")


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(event: Mapping[str, Any], blocks: Sequence[Mapping[str, str]], row: Mapping[str, Any]) -> bytes:
    """SHA-256 of the event, with a salted hash in the place of each personal part."""
    bare = {**event}
    for block in blocks:
        first, _, last = block["path"].partition("/")
        inner = event[first]
        key = int(last) if isinstance(inner, list) else last
        value = inner[key] if last else inner
        said = block.get("sha256") or sha256(bytes.fromhex(block["salt"]) + canonical(value)).hexdigest()
        if not last:
            bare[first] = {"sha256": said}
            continue
        if bare[first] is inner:
            bare[first] = inner.copy()
        bare[first][key] = {"sha256": said}
    return sha256(canonical({"event": bare, "row": row})).digest()


def verify(proof: Mapping[str, Any], key: str) -> Tuple[Mapping[str, Any], Sequence[str]]:
    """The event and the lines of the checkpoint. Raises Wrong."""
    if proof["format"] != "lockstep-proof-1":
        raise Wrong("This is no proof that this program can read.")
    event = json.loads(proof["body"])
    if canonical(event) != proof["body"].encode():
        raise Wrong("The event is not in its canonical form.")
    value, seq = bytes.fromhex(proof["previous"]), proof["seq"]
    for digest in [digest_of(event, proof["blocks"], proof["row"]), *map(bytes.fromhex, proof["digests"])]:
        value = sha256(b"\x01" + value + seq.to_bytes(8, "big") + digest).digest()
        seq += 1
    lines = open_note(proof["checkpoint"], key).split("\n")
    said = ["lockstep/" + proof["tenant"], str(seq - 1), base64.b64encode(value).decode()]
    if lines[:3] != said:
        raise Wrong("The event is not the one that the checkpoint covers, or was changed.")
    return event, lines


def main(arguments: Sequence[str]) -> None:
    if len(arguments) != 2:
        sys.exit(__doc__)
    try:
        with open(arguments[0], encoding="utf-8") as file:
            proof = json.load(file)
        event, lines = verify(proof, arguments[1])
    except Wrong as error:
        sys.exit(f"NOT PROVEN. {error}")
    except (OSError, LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        sys.exit(f"NOT PROVEN. The proof can't be read: {error}")
    print(f"PROVEN. Event {proof['seq']} of {lines[0]} is as it was at {lines[3].replace('time ', '')}:")
    print(f"{event['published']}  {event['eventType']}  {event['uuid']}")
    erased = [block["path"] for block in proof["blocks"] if "sha256" in block]
    if erased:
        print(f"Erased since, and so not proven: {', '.join(erased)}")


if __name__ == "__main__":
    main(sys.argv[1:])
