"""Sets changes of a group's members apart: they become changes of rows and cost what changes."""

from collections.abc import Iterator
from typing import Any

from lib.documents import DocumentError, Member, read_members
from lib.documents.changes import AddMembers, MemberChange, RemoveAllMembers, RemoveMembers, ReplaceMembers
from lib.filters import Compare, Filter, FilterError, Or, PatchPath, parse_path
from lib.schema import ResourceSchema
from scim.patch.errors import PatchError
from scim.patch.operations import Operation, read_operations, read_path


def split_members(
    operations: object, resource: ResourceSchema
) -> tuple[list[dict[str, Any]], list[MemberChange]]:
    """The operations on anything else, fit for `apply`, and the changes of members, each in their order.

    Every operation is read strictly. Raises PatchError for a change of members that is not understood.
    """
    rest: list[dict[str, Any]] = []
    changes: list[MemberChange] = []
    for operation in read_operations(operations):
        kept, change = _split(operation, resource)
        rest.extend(kept)
        changes.extend(change)
    return rest, changes


def _split(operation: Operation, resource: ResourceSchema) -> tuple[list[dict[str, Any]], list[MemberChange]]:
    if resource.attribute("members") is None:
        return [_as_json(operation)], []
    if operation.path is None:
        return _split_value(operation, resource)
    path = read_path(operation.path)
    if _names_members(path, resource):
        return [], [_change_at_path(operation, path)]
    return [_as_json(operation)], []


def _split_value(
    operation: Operation, resource: ResourceSchema
) -> tuple[list[dict[str, Any]], list[MemberChange]]:
    """A value without path may hold members beside other attributes."""
    if operation.op == "remove" or not isinstance(operation.value, dict):
        return [_as_json(operation)], []
    found = [name for name in operation.value if _is_members_field(name, resource)]
    if len(found) > 1:
        raise PatchError("members is in the value more than once: send it once.", scim_type="invalidSyntax")
    changes = [_change(operation.op == "replace", operation.value[name]) for name in found]
    others = {name: value for name, value in operation.value.items() if name not in found}
    kept = [_as_json(Operation(operation.op, None, others))] if others or not found else []
    return kept, changes


def _is_members_field(name: str, resource: ResourceSchema) -> bool:
    try:
        path = parse_path(name)
    except FilterError:
        return False
    if not _names_members(path, resource):
        return False
    if path.filter or path.sub:
        raise _not_understood(name)
    return True


def _change_at_path(operation: Operation, path: PatchPath) -> MemberChange:
    if path.sub or (path.filter and operation.op != "remove"):
        raise _not_understood(operation.path or "")
    if path.filter:
        return RemoveMembers(tuple(dict.fromkeys(_selected_ids(path.filter))))
    if operation.op != "remove":
        return _change(operation.op == "replace", operation.value)
    if operation.value is None:
        return RemoveAllMembers()
    # Entra's older form lists who goes; taking it for "all of them" would empty the group.
    return RemoveMembers(tuple(member.value for member in _members(operation.value)))


def _change(replaces: bool, value: object) -> MemberChange:
    members = _members(value)
    return ReplaceMembers(members) if replaces else AddMembers(members)


def _members(value: object) -> tuple[Member, ...]:
    try:
        return read_members(value)
    except DocumentError as error:
        raise PatchError(str(error), scim_type=error.scim_type) from error


def _selected_ids(selection: Filter) -> Iterator[str]:
    """The ids in `value eq "u" or value eq "v"`."""
    match selection:
        case Or(terms):
            for term in terms:
                yield from _selected_ids(term)
        case Compare(path=path, op="eq", value=str() as value) if str(path).lower() == "value":
            yield value
        case _:
            raise PatchError(
                'Members are selected by their id: members[value eq "<id>"], several with or.',
                scim_type="invalidFilter",
            )


def _names_members(path: PatchPath, resource: ResourceSchema) -> bool:
    found = resource.attribute(path.path.name, urn=path.path.urn)
    return found is not None and found.name == "members"


def _not_understood(path: str) -> PatchError:
    return PatchError(
        f'The path {path[:200]!a} is not supported: use members, or members[value eq "<id>"] with remove.',
        scim_type="invalidPath",
    )


def _as_json(operation: Operation) -> dict[str, Any]:
    where = {} if operation.path is None else {"path": operation.path}
    return {"op": operation.op, **where, "value": operation.value}
