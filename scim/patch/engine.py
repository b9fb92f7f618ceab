"""Applies operations to a copy of a document, one after the other."""

from copy import deepcopy
from typing import Any

from lib.documents import Document, DocumentError, canonical_names
from lib.filters import FilterError, parse_path
from lib.schema import ResourceSchema, Schema
from scim.patch.edits import edit
from scim.patch.errors import PatchError
from scim.patch.operations import Operation, read_operations, read_path
from scim.patch.targets import Target, find_target

MAX_CHANGES = 500


def apply(
    document: Document, operations: object, resource: ResourceSchema, *, resource_id: str | None = None
) -> Document:
    """The document after the operations; the one passed in stays as it is.

    `operations` is the JSON list of the request without those on members (see `split_members`); `resource_id`
    is the `id` that a value without path may repeat. The caller cleans the result with `lib.documents.clean`,
    which finds values of a wrong type. Raises PatchError.
    """
    read = read_operations(operations)
    _check_number(read)
    edited = deepcopy(document)
    for operation in deepcopy(read):
        _apply_one(edited, operation, resource, resource_id)
    _drop_emptied_extensions(edited, document, resource)
    return edited


def _check_number(operations: list[Operation]) -> None:
    if sum(_changes(operation) for operation in operations) > MAX_CHANGES:
        raise PatchError(
            f"More than {MAX_CHANGES} changes in one request: send several.", scim_type="tooMany"
        )


def _changes(operation: Operation) -> int:
    """Each field of a value without path, and each of an extension's, can do what an operation does."""
    fields = {operation.path: operation.value} if operation.path else operation.value
    if not isinstance(fields, dict):
        return 1
    extensions = [value for name, value in fields.items() if ":" in name and isinstance(value, dict)]
    return len(fields) + sum(len(extension) for extension in extensions)


def _apply_one(
    document: Document, operation: Operation, resource: ResourceSchema, resource_id: str | None
) -> None:
    if operation.path is not None:
        _apply_at_path(document, operation, operation.path, resource)
    elif operation.op == "remove":
        raise PatchError("remove needs a path: name the attribute to remove.", scim_type="noTarget")
    else:
        for name, value in _fields(operation.value, "value").items():
            if name.lower() == "id":
                _check_id(value, resource_id)
            else:
                _apply_field(document, name, Operation(operation.op, name, value), resource)


def _apply_at_path(document: Document, operation: Operation, path: str, resource: ResourceSchema) -> None:
    if extension := resource.extension(path):
        _apply_extension(document, operation, extension, resource)
        return
    target = find_target(read_path(path), resource)
    if target is None:
        raise _unknown(path)
    if target.is_read_only:
        raise PatchError(f"{path[:200]} is read-only: leave this operation out.", scim_type="mutability")
    _edit(document, target, operation)


def _apply_field(document: Document, name: str, operation: Operation, resource: ResourceSchema) -> None:
    """One field of a value without path: a name, a path, the URN of an extension, or unknown and kept."""
    if extension := resource.extension(name):
        _apply_extension(document, operation, extension, resource)
        return
    target = _target_of_field(name, resource)
    if target is None:
        _keep_unknown(document, name, operation.value, resource)
    elif not target.is_read_only:
        _edit(document, target, operation)


def _apply_extension(
    document: Document, operation: Operation, extension: Schema, resource: ResourceSchema
) -> None:
    if operation.op == "remove" or operation.value is None:
        document.pop(extension.urn, None)
        return
    for name, value in _fields(operation.value, extension.urn).items():
        path = f"{extension.urn}:{name}"
        _apply_field(document, path, Operation(operation.op, path, value), resource)


def _target_of_field(name: str, resource: ResourceSchema) -> Target | None:
    """None for an unknown attribute; a field with a filter must be understood: it can't be kept as sent."""
    try:
        parsed = parse_path(name)
    except FilterError:
        if "[" not in name:
            return None
        parsed = read_path(name)
    target = find_target(parsed, resource)
    if target is None and parsed.filter is not None:
        raise _unknown(name)
    return target


def _edit(document: Document, target: Target, operation: Operation) -> None:
    if not target.is_secret:
        edit(target.owner(document), target, operation)


def _keep_unknown(document: Document, name: str, value: Any, resource: ResourceSchema) -> None:
    """Keeps what the schema does not know where a POST would have put it; null takes it away."""
    urn, _, last = name.rpartition(":")
    if _is_in_extension(document, name, value, resource):
        holder = document.setdefault(_spelling_in(document, urn), {})
        if not isinstance(holder, dict):
            raise PatchError(f"{urn[:200]} is no object: replace it as a whole.")
        _keep(holder, _spelling_in(holder, last), value)
    else:
        _keep(document, _spelling_in(document, name), value)


def _is_in_extension(document: Document, name: str, value: Any, resource: ResourceSchema) -> bool:
    """Whether the name is that of an extension's attribute, as Entra writes it, and not the extension's own.

    An extension is always an object, so that a URN with a plain value is an attribute in one.
    """
    urn = name.rpartition(":")[0]
    if resource.extension(urn):
        return True
    if not name.lower().startswith("urn:") or _spelling_in(document, name) in document:
        return False
    holder = document.get(_spelling_in(document, urn))
    if holder is None:
        return value is not None and not isinstance(value, dict) and urn.count(":") > 1
    return isinstance(holder, dict)


def _keep(owner: dict[str, Any], key: str, value: Any) -> None:
    before = owner.get(key)
    if value is None:
        owner.pop(key, None)
    elif isinstance(before, dict) and isinstance(value, dict):
        before.update(value)
    else:
        owner[key] = value


def _spelling_in(owner: dict[str, Any], name: str) -> str:
    return next((key for key in owner if key.lower() == name.lower()), name)


def _fields(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PatchError(f"{where} must be an object with the attributes to change.")
    try:
        return canonical_names(value, lambda name: None, where)
    except DocumentError as error:
        raise PatchError(str(error), scim_type=error.scim_type) from error


def _unknown(path: str) -> PatchError:
    message = f"There is no attribute {path[:200]!a}: see /Schemas for those there are."
    return PatchError(message, scim_type="invalidPath")


def _check_id(sent: object, resource_id: str | None) -> None:
    if sent != resource_id:
        raise PatchError("id cannot be changed: leave it out of the value.", scim_type="mutability")


def _drop_emptied_extensions(edited: Document, before: Document, resource: ResourceSchema) -> None:
    """An extension without attributes goes, and its URN goes out of `schemas` (RFC 7643 section 3)."""
    for extension in resource.extensions:
        if not edited.get(extension.urn):
            edited.pop(extension.urn, None)
            if extension.urn in before and "schemas" in edited:
                edited["schemas"] = [urn for urn in edited["schemas"] if urn != extension.urn]
