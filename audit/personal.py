"""The personal parts of an event: its digest commits to each by a salt, so that one can be erased alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from audit.log_event import canonical

Document = Mapping[str, Any]
# For each personal part its `path` and its `salt`; of an erased one `sha256`, what it committed to, and
# `of`, the id of the person for whose sake it was erased.
Blocks = list[dict[str, str]]

# The types of actors and targets that are people. "Unknown" may be one: a name typed at the sign-in.
PEOPLE = frozenset({"User", "Unknown"})
# What tells of the actor's whereabouts.
OF_ACTOR = ("client", "request", "securityContext")
# Free text, which may speak of anybody in the event.
OF_EVERYBODY = ("outcome/reason", "debugContext")
ERASED = "erased"
_SALT = 16
_NOBODY = frozenset({"", "unknown", ERASED})


def sealed(document: Document, row: Mapping[str, Any]) -> tuple[Blocks, bytes]:
    """The salts of the personal parts, and the digest (32 bytes) of the event.

    `row` is what `facts` says of its row.
    """
    paths = personal_paths(document)
    salts = os.urandom(_SALT * len(paths)).hex()
    size = 2 * _SALT
    blocks = [{"path": path, "salt": salts[i * size : i * size + size]} for i, path in enumerate(paths)]
    return blocks, digest_of(document, blocks, row)


def facts(row_id: int, version: int | None, sealed_at: datetime) -> dict[str, Any]:
    """What the digest covers besides the LogEvent: the columns that do not follow from it."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"id": row_id, "sealedAt": moment, "version": version}


def digest_of(document: Document, blocks: Sequence[Mapping[str, str]], row: Mapping[str, Any]) -> bytes:
    """Before and after an erasure the same.

    Raises LookupError, TypeError or ValueError if document and blocks do not fit each other.
    """
    return sha256(canonical({"event": skeleton(document, blocks), "row": row}).encode()).digest()


def skeleton(document: Document, blocks: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The LogEvent with a commitment in the place of each personal part."""
    bare: dict[str, Any] = {**document}
    for block in blocks:
        first, _, last = block["path"].partition("/")
        commitment = {
            "sha256": block.get("sha256") or _commitment(block["salt"], part(document, block["path"]))
        }
        if not last:
            bare[first] = commitment
        elif isinstance(document[first], list):
            if bare[first] is document[first]:
                bare[first] = list(document[first])
            bare[first][int(last)] = commitment
        else:
            bare[first] = {**bare[first], last: commitment}
    return bare


def part(document: Document, path: str) -> Any:
    """What stands at a path such as `actor`, `target/0` or `outcome/reason`."""
    first, _, last = path.partition("/")
    value = document[first]
    if not last:
        return value
    return value[int(last)] if isinstance(value, list) else value[last]


def _commitment(salt: str, value: Any) -> str:
    return sha256(bytes.fromhex(salt) + canonical(value).encode()).hexdigest()


def personal_paths(document: Document) -> list[str]:
    """Where the personal parts are: the same before and after an erasure, and none if there is no person."""
    people = _people(document)
    if not people:
        return []
    paths = list(people)
    if "actor" in people:
        paths += [name for name in OF_ACTOR if document[name] is not None]
    if (document["outcome"] or {}).get("reason") is not None:
        paths.append("outcome/reason")
    if document["debugContext"]:
        paths.append("debugContext")
    return paths


def _people(document: Document) -> dict[str, Mapping[str, Any]]:
    """The people among actor and targets, by their paths."""
    actor = document["actor"]
    people = {"actor": actor} if actor["type"] in PEOPLE else {}
    for place, target in enumerate(document["target"] or ()):
        if target["type"] in PEOPLE:
            people[f"target/{place}"] = target
    return people


def redacted(document: Document, blocks: Blocks, person: str) -> tuple[dict[str, Any], Blocks]:
    """The event without what it says of a person, whom it names by `person`: an id, or a name of theirs.

    Opaque ids stay. Free text goes with any person of the event. Where nobody is called so, nothing changes.
    """
    bare = json.loads(canonical(document))
    theirs = {path: entry for path, entry in _people(document).items() if _is_called(entry, person)}
    if not theirs:
        return bare, blocks
    paths = {*theirs, *OF_EVERYBODY, *(OF_ACTOR if "actor" in theirs else ())}
    whose = next(_erased_entry(entry)["id"] for entry in theirs.values())
    left = [_closed(block, document, whose) if block["path"] in paths else block for block in blocks]
    for block in left:
        if block["path"] in paths:
            _erase(bare, block["path"])
    return bare, left


def _is_called(entry: Mapping[str, Any], name: str) -> bool:
    called = (entry["alternateId"] or "").casefold()
    return entry["id"] == name or (called == name.casefold() and called not in _NOBODY)


def _closed(block: dict[str, str], document: Document, whose: str) -> dict[str, str]:
    """Without its salt nobody can find out what was there by trying names."""
    if "sha256" in block:
        return block
    path = block["path"]
    return {"path": path, "sha256": _commitment(block["salt"], part(document, path)), "of": whose}


def _erase(document: dict[str, Any], path: str) -> None:
    """In place. The types and the paths of personal parts stay as they were."""
    first, _, last = path.partition("/")
    if path == "client":
        # Okta's readers know nulls here from events that came by no request.
        kept = {"zone": document["client"].get("zone")}
        document["client"] = dict.fromkeys(document["client"]) | kept
    elif path == "securityContext":
        document["securityContext"] = dict.fromkeys(document["securityContext"])
    elif path == "request":
        document["request"] = {"ipChain": []}
    elif path == "debugContext":
        document["debugContext"] = _blank(document["debugContext"])
    elif path == "outcome/reason":
        document["outcome"]["reason"] = ERASED
    elif first == "actor":
        document["actor"] = _erased_entry(document["actor"])
    else:
        document[first][int(last)] = _erased_entry(document[first][int(last)])


def _erased_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Of an actor or target. The id of somebody unknown may be what they typed."""
    known = {"type": entry["type"], "id": entry["id"] if entry["type"] == "User" else "unknown"}
    return {name: _blank(value) for name, value in entry.items()} | known


def _blank(value: Any) -> Any:
    """Of the same type: null stays null."""
    match value:
        case str():
            return ERASED
        case bool() | int() | float():
            return type(value)(0)
        case Mapping():
            return {name: _blank(inner) for name, inner in value.items()}
        case list():
            return [_blank(inner) for inner in value]
        case _:
            return value
