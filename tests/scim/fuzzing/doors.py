"""The filters of users as the door compiles them, and the schema that memory compares by."""

from __future__ import annotations

from django.db.models import Q

from lib.filters import Filter, Path
from lib.filters.queries import compile_filter
from lib.schema import Attribute
from scim.filters import UserFilter
from tests.scim.fuzzing.documents import RESOURCE


def condition(tree: Filter) -> Q:
    """Raises FilterError, before any row is looked at."""
    door = UserFilter(RESOURCE, {}, "https://idp.example/Users")
    return compile_filter(tree, door._column, door._elements)


def attribute_of(path: Path) -> Attribute | None:
    """What the path compares: the `value` of an attribute with parts."""
    found = RESOURCE.attribute(path.name, path.sub, urn=path.urn)
    return found.sub("value") or found if found else None
