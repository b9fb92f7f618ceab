"""A filter applied to one JSON element."""

from typing import Any

import pytest

from lib.filters import Path, matches, parse_filter
from lib.schema import USER_RESOURCE, Attribute

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER: dict[str, Any] = {
    "userName": "Ada@x.test",
    "active": True,
    "externalId": "00uA",
    "title": "",
    "age": 36,
    "meta": {"lastModified": "2024-05-01T10:00:00Z"},
    "name": {"familyName": "Lovelace"},
    "emails": [{"type": "work", "value": "a@x.test", "primary": True}, {"type": "home", "value": "b@y.test"}],
    "roles": [{"value": "", "type": "Straße"}],
    "photos": [{"value": "", "type": ""}],
    "addresses": [{"formatted": ""}, {}],
    ENTERPRISE: {"department": "Engines", "manager": {"value": "26118915"}},
}


def attribute_at(path: Path) -> Attribute | None:
    return USER_RESOURCE.attribute(path.name, path.sub, urn=path.urn)


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "ADA@X.TEST"',
        'userName sw "ada" and userName ew "test"',
        'name.familyName co "LOVE"',
        'active eq "True"',
        "active eq true",
        'userName ne "z"',
        'absent ne "v"',
        "absent eq null",
        "title eq null",
        "not (title pr)",
        "active ne null",
        "age gt 35.5 and age le 36",
        'emails[type eq "work" and primary eq "true"]',
        'emails[type eq "work"].value eq "a@x.test"',
        'emails co "y.test"',
        'emails.type eq "HOME"',
        f'{ENTERPRISE}:department eq "engines"',
        f'{ENTERPRISE}:manager.value eq "26118915"',
        f"{ENTERPRISE}:manager pr",
        'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada@x.test"',
        'meta.lastModified gt "2024-05-01T11:00:00+02:00"',
        'USERNAME eq "ada@x.test"',
        "roles pr",
        "roles ne null",
        'roles.type eq "STRAßE"',
        "photos eq null",
    ],
)
def test_an_element_that_fulfils_the_filter_matches(text: str) -> None:
    assert matches(parse_filter(text), USER, attribute_at)


@pytest.mark.parametrize(
    "text",
    [
        'externalId eq "00ua"',
        'emails[type eq "work" and value eq "b@y.test"]',
        'userName ne "ada@x.test"',
        "title pr",
        "photos pr",
        "addresses pr",
        "addresses ne null",
        'roles.type eq "STRASSE"',
        "age eq true",
        'age eq "36"',
        'active gt "a"',
        'name co "x"',
        "absent eq 1",
        'meta.lastModified lt "2024-05-01T11:00:00+02:00"',
        'userName.nope eq "ada@x.test"',
    ],
)
def test_an_element_that_does_not_fulfil_the_filter_does_not_match(text: str) -> None:
    assert not matches(parse_filter(text), USER, attribute_at)


def test_without_a_schema_strings_compare_in_any_capitalisation() -> None:
    assert matches(parse_filter('externalId eq "00ua"'), USER)


def test_a_percent_sign_is_a_character_like_any_other() -> None:
    assert not matches(parse_filter('userName co "%"'), USER)
