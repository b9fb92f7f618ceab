"""What to enter in Okta's Profile Editor, for every kind of attribute."""

from __future__ import annotations

from dashboard.okta_profile import profile, unreachable
from tests.schemas import CUSTOM, EVERY_TYPE, custom


def test_each_attribute_is_named_as_okta_addresses_it() -> None:
    """OKTA.md 1.10: `roles.^[type=='x'].value`, `emails.^[primary==true].value`."""
    phone = [{"name": "type", "canonicalValues": ["home"]}, {"name": "value"}]
    flag = [{"name": "primary", "type": "boolean"}, {"name": "level", "type": "integer"}]
    schema = custom(
        {"name": "level", "type": "decimal", "multiValued": True},
        {"name": "spot", "type": "complex", "subAttributes": [{"name": "room"}]},
        {"name": "phones", "type": "complex", "multiValued": True, "subAttributes": phone},
        {"name": "grades", "type": "complex", "multiValued": True, "subAttributes": flag},
        {"name": "spots", "type": "complex", "multiValued": True, "subAttributes": [{"name": "room"}]},
    )

    found = profile(schema)

    assert [(one.data_type, one.variable_name, one.external_name) for one in found] == [
        ("number array", "level", "level"),
        ("string", "spot_room", "spot.room"),
        ("string", "phones_type", "phones.^[type=='home'].type"),
        ("string", "phones_value", "phones.^[type=='home'].value"),
        ("boolean", "grades_primary", "grades.^[primary==true].primary"),
        ("integer", "grades_level", "grades.^[primary==true].level"),
    ]
    assert {one.external_namespace for one in found} == {CUSTOM}
    assert unreachable(schema) == ["spots"]


def test_each_type_has_one_of_okta_s() -> None:
    types = {one.variable_name: one.data_type for one in profile(custom(*EVERY_TYPE))}

    assert types == {
        "badge": "string",
        "tag": "string",
        "level": "integer",
        "score": "number",
        "since": "string",
        "site": "string",
        "key": "string",
        "on": "boolean",
        "tags": "string array",
        "levels": "integer array",
        "spot_floor": "integer",
        "spot_room": "string",
        "spot_until": "string",
    }
