"""Signed notes (C2SP signed-note): a text that carries its Ed25519 signatures, and keys as one word."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# The number of the algorithm in key ids and keys.
_ED25519 = b"\x01"
_MARK = "\u2014 "
# Of the key's id and a signature.
_LENGTH = 4 + 64


class BadNote(Exception):
    """The text is no signed note, or nobody whom we know signed it."""


class TornNote(BadNote):
    """The note breaks off: whoever wrote it was interrupted."""


@dataclass(frozen=True)
class Verifier:
    """A public key and the name that it signs by."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        """`name+id+key`, as verifiers of such notes take it."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.key).decode()}"

    def accepts(self, signature: bytes, text: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key: 32 bytes, the seed of RFC 8032."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, key.public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note. `text` ends with a line break."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        word = base64.b64encode(self.verifier.id + signature).decode()
        return f"{text}\n{_MARK}{self.name} {word}\n"

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"


def opened(note: str, verifiers: list[Verifier]) -> str:
    """The text of a note that one of them signed. Raises BadNote."""
    text, break_, signatures = note.rpartition("\n\n")
    if not break_ or not signatures.startswith(_MARK):
        raise BadNote("This is no signed note.")
    text += "\n"
    for name, key_id, signature in _signatures(signatures):
        for verifier in verifiers:
            if (verifier.name, verifier.id) == (name, key_id) and verifier.accepts(signature, text):
                return text
    raise BadNote("The note is signed by none of the keys that are known here, or was changed.")


def _signatures(lines: str) -> Iterator[tuple[str, bytes, bytes]]:
    for line in lines.splitlines():
        name, _, word = line.removeprefix(_MARK).partition(" ")
        try:
            raw = base64.b64decode(word, validate=True)
        except (binascii.Error, ValueError) as error:
            raise TornNote("A signature of the note can't be read.") from error
        if len(raw) != _LENGTH:
            raise TornNote("A signature of the note is incomplete.")
        yield name, raw[:4], raw[4:]


def notes_in(text: str) -> list[str]:
    """The notes that stand one below the other in a file, blank lines between them."""
    notes, lines, signed = [], list[str](), False
    for line in text.splitlines():
        if signed and not line.startswith(_MARK):
            notes.append("\n".join(lines) + "\n")
            lines, signed = [], False
        if line or lines:
            lines.append(line)
        signed = signed or line.startswith(_MARK)
    if signed:
        notes.append("\n".join(lines) + "\n")
    return notes
