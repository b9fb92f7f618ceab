"""`bulkId:x` stands for the resource that operation x creates (RFC 7644, 3.7.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lib.documents import Document
from scim.bulk.reading import Method, Operation

_WHOLE = re.compile(r"bulkId:(.+)", re.DOTALL)
# Inside the path of a PATCH operation, such as `members[value eq "bulkId:x"]`.
_QUOTED = re.compile(r'"bulkId:([^"\\]+)"')


def reference(text: str | None) -> str | None:
    """The bulkId that a text refers to."""
    found = _WHOLE.fullmatch(text or "")
    return found[1] if found else None


def references_of(operation: Operation) -> list[str]:
    """The bulkIds that an operation refers to, each once, in the order sent."""
    found = [reference(operation.target), *(reference(text) for text in _texts(operation.data))]
    found += [bulk_id for path in _paths(operation) for bulk_id in _QUOTED.findall(path)]
    return [bulk_id for bulk_id in dict.fromkeys(found) if bulk_id]


def with_ids(operation: Operation, id_of: Callable[[str], str]) -> Document:
    """The data with an id in place of each reference; it must not be nested deeply."""
    data: Document = _replaced(operation.data, id_of)
    for patch in _patches(operation.method, data):
        for name in _path_names(patch):
            patch[name] = _QUOTED.sub(lambda found: f'"{id_of(found[1])}"', patch[name])
    return data


def _replaced(value: Any, id_of: Callable[[str], str]) -> Any:
    match value:
        case str():
            bulk_id = reference(value)
            return id_of(bulk_id) if bulk_id else value
        case list():
            return [_replaced(entry, id_of) for entry in value]
        case dict():
            return {name: _replaced(entry, id_of) for name, entry in value.items()}
    return value


def _texts(data: Document) -> Iterator[str]:
    """Without recursion: how deep the data is has not been looked at yet."""
    waiting: list[object] = [data]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case list() as entries:
                waiting.extend(reversed(entries))
            case dict() as fields:
                waiting.extend(reversed(fields.values()))


def _paths(operation: Operation) -> Iterator[str]:
    for patch in _patches(operation.method, operation.data):
        for name in _path_names(patch):
            yield patch[name]


def _patches(method: Method, data: Document) -> Iterator[Document]:
    """The operations within a PATCH, as far as they have that form."""
    if method is not Method.PATCH:
        return
    for name, entries in data.items():
        if name.lower() == "operations" and isinstance(entries, list):
            yield from (entry for entry in entries if isinstance(entry, dict))


def _path_names(patch: Document) -> list[str]:
    return [name for name, value in patch.items() if name.lower() == "path" and isinstance(value, str)]
