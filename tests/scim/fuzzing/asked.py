"""One operation of a PATCH at a path, beside what stands there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lib.documents import Document
from lib.filters import Filter, PatchPath, matches, parse_path
from lib.schema import Attribute
from tests.scim.fuzzing.documents import RESOURCE
from tests.scim.fuzzing.filters import written

Operation = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One operation at a path, what its path means, and what stands there before it."""

    op: str
    path: PatchPath
    value: Any
    attribute: Attribute
    before: Any

    @classmethod
    def read(cls, operation: Operation, document: Document) -> Asked:
        path = parse_path(operation["path"])
        attribute = RESOURCE.attribute(path.path.name, urn=path.path.urn)
        if attribute is None:
            raise LookupError(operation["path"])
        extension = RESOURCE.extension(path.path.urn or "")
        holder = document.get(extension.urn, {}) if extension else document
        return cls(operation["op"], path, operation.get("value"), attribute, holder.get(attribute.name))

    def operation(self) -> Operation:
        text = str(self.path.path)
        text += f"[{written(self.path.filter)}]" if self.path.filter else ""
        text += f".{self.path.sub}" if self.path.sub else ""
        value = {} if self.op == "remove" and self.value is None else {"value": self.value}
        return {"op": self.op, "path": text, **value}

    @property
    def is_list(self) -> bool:
        """All the values of an attribute that has several."""
        return self.attribute.multi_valued and self.path.filter is None and self.path.sub is None

    @property
    def selected(self) -> list[Document]:
        return [one for one in self.before or [] if self.would_select(one)]

    def would_select(self, element: Document) -> bool:
        selection = self.path.filter
        return selection is not None and matches(
            selection, element, lambda path: self.attribute.sub(path.name)
        )

    def at(self, selection: Filter | None, *, op: str, value: Any) -> Asked:
        return replace(self, op=op, value=value, path=PatchPath(self.path.path, selection))
