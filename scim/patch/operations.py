"""Reads the list of operations strictly, in Okta's spelling and in Entra's."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from lib.documents import DocumentError, canonical_names, check_value
from lib.filters import FilterError, PatchPath, parse_path
from scim.patch.errors import PatchError

Op = Literal["add", "replace", "remove"]

_OPS: dict[str, Op] = {op: op for op in get_args(Op)}
_FIELDS = {"op", "path", "value"}


@dataclass(frozen=True)
class Operation:
    """`path` None is the resource itself; `value` None is null: unassigned (RFC 7643 section 2.5)."""

    op: Op
    path: str | None
    value: Any


def read_operations(sent: object) -> list[Operation]:
    """The operations in order; an empty list is none. Raises PatchError."""
    if not isinstance(sent, list):
        raise PatchError(
            "Operations must be a list of objects with op, path and value.", scim_type="invalidSyntax"
        )
    return [_read(operation) for operation in sent]


def read_path(text: str) -> PatchPath:
    """Raises PatchError: invalidFilter if the fault is in the brackets, else invalidPath."""
    try:
        return parse_path(text)
    except FilterError as error:
        in_brackets = "[" in text[: error.position]
        message = f"The path {text[:200]!a} is not valid: {error}"
        raise PatchError(message, scim_type="invalidFilter" if in_brackets else "invalidPath") from error


def _read(sent: object) -> Operation:
    if not isinstance(sent, dict):
        raise PatchError(
            "Each operation must be an object with op, path and value.", scim_type="invalidSyntax"
        )
    try:
        check_value(sent)
        fields = canonical_names(sent, _field, "An operation")
    except DocumentError as error:
        raise PatchError(str(error), scim_type=error.scim_type) from error
    path = fields.get("path")
    if path is not None and not isinstance(path, str):
        raise PatchError("path must be a string.", scim_type="invalidPath")
    op = _op(fields.get("op"))
    if op != "remove" and "value" not in fields:
        raise PatchError(f"{op} needs a value: send one, or remove the attribute.")
    return Operation(op, path, fields.get("value"))


def _op(sent: object) -> Op:
    found = _OPS.get(sent.lower()) if isinstance(sent, str) else None
    if found is None:
        raise PatchError("op must be add, replace or remove.", scim_type="invalidSyntax")
    return found


def _field(name: str) -> str | None:
    return name.lower() if name.lower() in _FIELDS else None
