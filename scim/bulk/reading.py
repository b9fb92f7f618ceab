"""Reads a bulk request strictly (RFC 7644, 3.7): where its form is wrong, nothing of it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from lib.documents import Document, canonical_names
from scim.errors import ScimError

BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
MAX_OPERATIONS = 1000

_FIELDS = {name.lower(): name for name in ("method", "bulkId", "version", "path", "data")}
# No character that an address or the log can't keep.
_PATH = re.compile("/(Users|Groups)(?:/([^/?#\x00-\x20\x7f\ud800-\udfff]+))?/?")
_LONGEST = 255
# What is possible elsewhere, by the last part of the path, and what to do instead.
_ELSEWHERE = {
    "Me": "name the user by /Users/ and the id",
    ".search": "send a search as a request of its own",
    "Bulk": "put its operations into this one",
}


class Method(StrEnum):
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class Kind(StrEnum):
    USERS = "Users"
    GROUPS = "Groups"


@dataclass(frozen=True)
class Operation:
    """One change, as sent. `target` is an id or `bulkId:x`; only a POST has none."""

    method: Method
    path: str
    kind: Kind
    target: str | None
    bulk_id: str | None
    version: str | None
    data: Document


@dataclass(frozen=True)
class BulkRequest:
    """`fail_on_errors`: how many operations may fail before the rest is left; None is all."""

    operations: tuple[Operation, ...]
    fail_on_errors: int | None


def read_bulk(fields: Document) -> BulkRequest:
    """Raises ScimError: 413 if there are too many operations, else 400."""
    sent = fields.get("Operations")
    if not isinstance(sent, list):
        raise _wrong("Operations is missing: send a list of operations.")
    if len(sent) > MAX_OPERATIONS:
        raise ScimError(413, f"Operations has {len(sent)} entries: send at most {MAX_OPERATIONS} at once.")
    operations = tuple(_operation(entry, f"Operations[{at}]") for at, entry in enumerate(sent))
    _check_unique(operations)
    return BulkRequest(operations, _fail_on_errors(fields.get("failOnErrors")))


def _fail_on_errors(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _wrong("failOnErrors must be a whole number from 1.")
    return value


def _operation(entry: object, where: str) -> Operation:
    if not isinstance(entry, dict):
        raise _wrong(f"{where} must be an object.")
    fields = canonical_names(entry, lambda name: _FIELDS.get(name.lower()), where)
    method = _method(fields.get("method"), where)
    kind, target = _path(fields.get("path"), method, where)
    bulk_id = _text(fields.get("bulkId"), f"{where}.bulkId")
    if method is Method.POST and bulk_id is None:
        raise _wrong(f"{where}.bulkId is missing: every POST needs one.")
    version = _text(fields.get("version"), f"{where}.version")
    data = _data(fields.get("data"), method, where)
    return Operation(method, fields["path"], kind, target, bulk_id, version, data)


def _method(value: object, where: str) -> Method:
    if not isinstance(value, str) or value not in list(Method):
        raise _wrong(f"{where}.method must be one of {', '.join(Method)}.")
    return Method(value)


def _path(value: object, method: Method, where: str) -> tuple[Kind, str | None]:
    path = value if isinstance(value, str) else ""
    if remedy := _ELSEWHERE.get(path.rstrip("/").rpartition("/")[2]):
        raise _wrong(f"{where}.path can't be {path[:_LONGEST]!a} in a bulk request: {remedy}.")
    found = _PATH.fullmatch(path)
    if found is None or len(found[0]) > _LONGEST:
        raise _wrong(f"{where}.path must be /Users or /Groups, or one of them with an id.")
    if method is Method.POST and found[2]:
        raise _wrong(f"{where}.path must be /{found[1]} for POST, without an id.")
    if method is not Method.POST and not found[2]:
        raise _wrong(f"{where}.path must be /{found[1]}/ and an id for {method}.")
    return Kind(found[1]), found[2]


def _text(value: object, where: str) -> str | None:
    """Null is absent (RFC 7643, 2.5)."""
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise _wrong(f"{where} must be a text of 1 to {_LONGEST} characters.")
    return value


def _data(value: object, method: Method, where: str) -> Document:
    if method is Method.DELETE:
        return {}
    if not isinstance(value, dict):
        raise _wrong(f"{where}.data must be an object for {method}.")
    return value


def _check_unique(operations: tuple[Operation, ...]) -> None:
    seen: set[str] = set()
    for operation in operations:
        if operation.bulk_id is None:
            continue
        if operation.bulk_id in seen:
            raise _wrong(f"The bulkId {operation.bulk_id!a} comes twice: give each operation its own.")
        seen.add(operation.bulk_id)


def _wrong(sentence: str) -> ScimError:
    return ScimError(400, sentence, "invalidSyntax")
