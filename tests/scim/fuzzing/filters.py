"""Made-up filters over a schema, as trees and in the many spellings that one tree has."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

from lib.filters import And, Compare, Filter, Not, Or, Path, Present, ValuePath
from lib.schema import ENTERPRISE_USER, GROUP_RESOURCE, USER, USER_RESOURCE, Attribute
from tests.scim.fuzzing.documents import EVERY_TYPE, KEYS, USED, of_type

_PARTS = ["co", "sw", "ew"]
_ORDER = ["gt", "ge", "lt", "le"]
_SAME = ["eq", "ne"]
_OPERATORS = {
    "string": _SAME + _PARTS + _ORDER,
    "reference": _SAME + _PARTS + _ORDER,
    "integer": _SAME + _ORDER,
    "decimal": _SAME + _ORDER,
    "dateTime": _SAME + _ORDER,
    "boolean": _SAME,
    "binary": _SAME,
}


def comparisons(path: Path, attribute: Attribute) -> st.SearchStrategy[Filter]:
    """What may be asked of an attribute that is no object."""
    values = of_type(attribute)
    if attribute.type == "boolean":
        values = values | st.sampled_from(["True", "false"])
    return st.one_of(
        st.builds(Compare, st.just(path), st.sampled_from(_OPERATORS[attribute.type]), values),
        st.builds(Compare, st.just(path), st.sampled_from(_SAME), st.none()),
        st.just(Present(path)),
    )


def joined(terms: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(terms, min_size=2, max_size=3).map(tuple)
    return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, terms)


def _about(attribute: Attribute, urn: str | None) -> st.SearchStrategy[Filter]:
    path = Path(urn, attribute.name)
    if attribute.type != "complex":
        return comparisons(path, attribute)
    subs = attribute.sub_attributes
    inside = st.one_of([comparisons(Path(None, sub.name), sub) for sub in subs])
    asked = [
        st.one_of([comparisons(Path(urn, attribute.name, sub.name), sub) for sub in subs]),
        st.builds(ValuePath, st.just(path), st.recursive(inside, joined, max_leaves=3)),
        st.just(Present(path)),
    ]
    value = attribute.sub("value")
    return st.one_of(*asked, comparisons(path, value)) if value else st.one_of(asked)


def _leaves(attributes: tuple[Attribute, ...], urn: str | None) -> st.SearchStrategy[Filter]:
    return st.one_of([_about(attribute, urn) for attribute in attributes])


def _of(leaves: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    return st.recursive(leaves, joined, max_leaves=4)


_CORE = _leaves(USED, None) | _leaves(USED, USER.urn)
_ENTERPRISE = _leaves(ENTERPRISE_USER.attributes, ENTERPRISE_USER.urn)
USER_FILTERS = _of(_CORE | _ENTERPRISE)
TYPED_FILTERS = _of(_CORE | _leaves(EVERY_TYPE.attributes, EVERY_TYPE.urn))


def _paths() -> list[Path]:
    """Of everything that a user or a group may have, and of what they have not."""
    found = [
        Path(None, "shoeSize"),
        Path("urn:a:b", "c"),
        Path(ENTERPRISE_USER.urn.rpartition(":")[0], "User"),
    ]
    for resource in (USER_RESOURCE, GROUP_RESOURCE):
        for urn, attributes in [
            (None, resource.attributes),
            *((extension.urn, extension.attributes) for extension in resource.extensions),
        ]:
            found += [Path(urn, attribute.name) for attribute in attributes]
            found += [Path(urn, one.name, sub.name) for one in attributes for sub in one.sub_attributes]
    return found


_ANY_LEAF = st.builds(
    Compare,
    st.sampled_from(_paths()),
    st.sampled_from(_SAME + _PARTS + _ORDER),
    st.sampled_from([None, True, False, 5, -1.5, "", "a", "True", "2026-05-01T12:00:00Z", 'W/"1"', "Ω%_\\"])
    | st.uuids().map(str),
) | st.builds(Present, st.sampled_from(_paths()))
# What the grammar allows, whether it makes sense or not.
ANY_FILTERS = st.recursive(
    _ANY_LEAF,
    lambda inner: (
        joined(inner)
        | st.builds(ValuePath, st.sampled_from([path for path in _paths() if path.sub is None]), _ANY_LEAF)
    ),
    max_leaves=5,
)


def written(tree: Filter, random: Random | None = None) -> str:
    """The text of a filter: plainly, or in one of the other spellings that mean the same."""
    match tree:
        case And(terms):
            return _word("and", random).join(_in_parentheses(term, random, And | Or) for term in terms)
        case Or(terms):
            return _word("or", random).join(_in_parentheses(term, random, Or) for term in terms)
        case Not(term):
            return f"{spelled('not', random)} ({written(term, random)})"
        case Present(path):
            return f"{_path(path, random)} {spelled('pr', random)}"
        case Compare(path, op, value):
            return f"{_path(path, random)} {spelled(op, random)} {_literal(value, random)}"
        case ValuePath(path, selection):
            return f"{_path(path, random)}[{written(selection, random)}]"


def _in_parentheses(tree: Filter, random: Random | None, needed: Any) -> str:
    text = written(tree, random)
    return f"({text})" if isinstance(tree, needed) or (random and random.random() < 0.1) else text


def _word(word: str, random: Random | None) -> str:
    return f" {spelled(word, random)} "


def spelled(name: str, random: Random | None) -> str:
    """Names, URNs and operators are case-insensitive (RFC 7644, 3.4.2.2)."""
    return random.choice([name, name, name.lower(), name.upper(), name.swapcase()]) if random else name


def _path(path: Path, random: Random | None) -> str:
    return spelled(str(path), random)


def _literal(value: object, random: Random | None) -> str:
    return json.dumps(value, ensure_ascii=bool(random and random.random() < 0.3))


# What no attribute of its kind can be asked.
WRONG_FILTERS: st.SearchStrategy[Filter] = st.one_of(
    st.builds(Present, st.sampled_from([Path(None, "shoeSize"), Path(None, "name", "shoeSize")])),
    st.builds(Compare, st.just(Path("urn:x:y", "department")), st.just("eq"), st.just("x")),
    st.builds(Compare, st.just(Path(None, "active")), st.sampled_from(_PARTS + _ORDER), st.just("true")),
    st.builds(Compare, st.just(Path(None, "active")), st.just("eq"), st.sampled_from(["maybe", 5])),
    st.builds(
        Compare, st.just(Path(None, "title")), st.sampled_from(_SAME + _ORDER), st.sampled_from([5, 1.5])
    ),
    st.builds(Compare, st.just(Path(None, "title")), st.sampled_from(_SAME), st.booleans()),
    st.builds(Compare, st.just(Path(None, "x509Certificates", "value")), st.sampled_from(_ORDER), KEYS),
    st.builds(
        ValuePath,
        st.just(Path(None, "emails")),
        st.builds(Compare, st.just(Path(None, "primary")), st.sampled_from(_ORDER), st.just("true")),
    ),
    st.builds(ValuePath, st.just(Path(None, "emails")), st.builds(Present, st.just(Path(None, "shoeSize")))),
    st.builds(ValuePath, st.just(Path(None, "title")), st.builds(Present, st.just(Path(None, "value")))),
)
FILTERS_WITH_A_FAULT = st.tuples(WRONG_FILTERS, st.lists(_CORE, min_size=1, max_size=2)).flatmap(
    lambda found: st.permutations([found[0], *found[1]]).flatmap(
        lambda terms: st.sampled_from([And(tuple(terms)), Or(tuple(terms)), Not(And(tuple(terms)))])
    )
)
