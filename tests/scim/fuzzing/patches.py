"""Made-up PATCH operations over a schema: every form of path, and a value that mostly suits it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lib.filters import And, Compare, Filter, Path
from lib.schema import ENTERPRISE_USER, USER, Attribute
from tests.scim.fuzzing.asked import Operation
from tests.scim.fuzzing.documents import USED, of_type, values_of
from tests.scim.fuzzing.filters import comparisons, joined, written

# A path and the values that suit it.
Target = tuple[str, st.SearchStrategy[Any]]
_ODD: st.SearchStrategy[Any] = st.sampled_from([None, [], {}, "", "x", 5, True, ["x"], [{}]])


def _selections(attribute: Attribute) -> st.SearchStrategy[Filter]:
    """Filters in brackets; half of them describe an element that could be made."""
    subs = attribute.sub_attributes
    equal = st.one_of(
        [st.builds(Compare, st.just(Path(None, sub.name)), st.just("eq"), of_type(sub)) for sub in subs]
    )
    described = st.lists(equal, min_size=1, max_size=2).map(
        lambda terms: terms[0] if len(terms) == 1 else And(tuple(terms))
    )
    any_filter = st.recursive(
        st.one_of([comparisons(Path(None, sub.name), sub) for sub in subs]), joined, max_leaves=3
    )
    return described | any_filter


def _targets(attribute: Attribute, urn: str | None) -> st.SearchStrategy[Target]:
    name = str(Path(urn, attribute.name))
    whole: st.SearchStrategy[Target] = st.just((name, values_of(attribute)))
    if attribute.type != "complex":
        return whole
    forms = [whole]
    forms += [st.just((f"{name}.{sub.name}", of_type(sub))) for sub in attribute.sub_attributes]
    if attribute.multi_valued:
        forms.append(st.just((name, of_type(attribute))))
        chosen = _selections(attribute).map(lambda found: f"{name}[{written(found)}]")
        forms.append(st.tuples(chosen, st.just(of_type(attribute))))
        forms += [_part_of(chosen, sub) for sub in attribute.sub_attributes]
    return st.one_of(forms)


def _part_of(chosen: st.SearchStrategy[str], sub: Attribute) -> st.SearchStrategy[Target]:
    return st.tuples(chosen.map(lambda path: f"{path}.{sub.name}"), st.just(of_type(sub)))


_USER_NAME: st.SearchStrategy[Target] = st.just(("userName", st.sampled_from(["ada", "Ada", "b", None])))
TARGETS = st.one_of(
    _USER_NAME,
    *[_targets(attribute, None) for attribute in USED],
    # Most of what can go wrong is about these.
    *[_targets(attribute, None) for attribute in USED if attribute.name in {"emails", "roles"}] * 4,
    *[_targets(attribute, USER.urn) for attribute in USED],
    *[_targets(attribute, ENTERPRISE_USER.urn) for attribute in ENTERPRISE_USER.attributes],
)


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    """One at a path; what is removed may be listed, as Entra does."""
    path, values = draw(TARGETS)
    op = draw(st.sampled_from(["add", "replace", "remove"]))
    if op != "remove":
        return {"op": op, "path": path, "value": draw(values | values | values | _ODD)}
    value = draw(values)
    listed = isinstance(value, list) and draw(st.booleans())
    return {"op": op, "path": path, **({"value": value} if listed else {})}


def without_path(operation: Operation) -> Operation:
    """The same with the path as a name in the value (RFC 7644, 3.5.2.1 and 3.5.2.3)."""
    return {"op": operation["op"], "value": {operation["path"]: operation["value"]}}
