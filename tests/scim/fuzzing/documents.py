"""Made-up users: what a schema allows, of few letters, so that filters and documents often meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lib.schema import ENTERPRISE_USER, USER, Attribute, ResourceSchema, Schema

_TYPED = (
    Attribute("text"),
    Attribute("exact", case_exact=True),
    Attribute("count", "integer"),
    Attribute("ratio", "decimal"),
    Attribute("since", "dateTime"),
    Attribute("flag", "boolean"),
    Attribute("key", "binary", case_exact=True),
    Attribute("link", "reference", case_exact=True, reference_types=("external",)),
)
# Every type, alone, in a complex attribute and in one of several values.
EVERY_TYPE = Schema(
    urn="urn:example:params:scim:schemas:extension:everything:2.0:User",
    name="Everything",
    description="An attribute of every type",
    attributes=(
        *_TYPED,
        Attribute("one", "complex", sub_attributes=_TYPED),
        Attribute("many", "complex", multi_valued=True, sub_attributes=_TYPED),
    ),
)
RESOURCE = ResourceSchema(core=USER, extensions=(ENTERPRISE_USER, EVERY_TYPE))

# Mostly the same few, so that values meet; some that databases and languages treat in ways of their own.
TEXTS = st.sampled_from(["a", "A", "b", "work", ""]) | st.text("aBéß%_\\'\"", max_size=3)
MOMENTS = st.sampled_from(
    ["2026-05-01T12:00:00Z", "2026-05-01T12:00:00.5Z", "2026-05-01T14:00:00+02:00", "2025-12-31T23:59:59Z"]
)
LINKS = st.sampled_from(["https://x.test/a", "https://x.test/A", "https://x.test/b"])
KEYS = st.sampled_from(["QQ==", "Qg==", "qq=="])
NUMBERS = st.integers(-2, 2)
DECIMALS = st.sampled_from([-1.5, 0.0, 0.25, 1.0, 2.0])

_OF_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "boolean": st.booleans(),
    "integer": NUMBERS,
    "decimal": DECIMALS,
    "dateTime": MOMENTS,
    "reference": LINKS,
    "binary": KEYS,
}
_USED = ("title", "profileUrl", "active", "name", "emails", "photos", "addresses", "roles")


def of_type(attribute: Attribute) -> st.SearchStrategy[Any]:
    """One value that the attribute may have."""
    if attribute.type != "complex":
        return _OF_TYPE[attribute.type]
    subs = {sub.name: of_type(sub) for sub in attribute.sub_attributes[:8]}
    return st.fixed_dictionaries({}, optional=subs)


def values_of(attribute: Attribute) -> st.SearchStrategy[Any]:
    """All that the attribute may hold; at most one of several values is primary."""
    if not attribute.multi_valued:
        return of_type(attribute).map(_there_or_not)
    return st.lists(of_type(attribute), max_size=3, unique_by=what_makes_one).map(_with_one_primary)


def _there_or_not(value: Any) -> Any:
    """An object of nothing but empty texts is there to brackets and not to `pr`: no standard says which."""
    return {} if isinstance(value, dict) and not any(part != "" for part in value.values()) else value


def what_makes_one(element: Any) -> Any:
    """Two elements with this in common are one (RFC 7643, 2.4): value and type, without a value all of it."""
    texts = {name: str(part).lower() for name, part in element.items()}
    return (texts["value"], texts.get("type")) if "value" in texts else sorted(texts.items()).__repr__()


def _with_one_primary(values: list[Any]) -> list[Any]:
    seen = False
    for value in values:
        if isinstance(value, dict) and value.get("primary"):
            value["primary"], seen = not seen, True
    return values


def _holding(attributes: tuple[Attribute, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {}, optional={attribute.name: values_of(attribute) for attribute in attributes}
    )


USED = tuple(attribute for attribute in USER.attributes if attribute.name in _USED)


def users(*extensions: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of users, as a client would send them."""
    parts = [_holding(USED), *(_holding(extension.attributes) for extension in extensions)]
    return st.tuples(*parts).map(
        lambda found: {
            "userName": "ada",
            **found[0],
            **{extension.urn: part for extension, part in zip(extensions, found[1:], strict=True) if part},
        }
    )
