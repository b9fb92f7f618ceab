"""Filters on a tenant's own attributes, each by its type."""

from __future__ import annotations

import pytest

from tenants.models import Tenant
from tests.factories import make_user
from tests.schemas import CUSTOM, EVERY_TYPE, define
from tests.scim.client import ScimClient, assert_scim_error
from tests.scim.filtering import found


@pytest.fixture(autouse=True)
def people(tenant: Tenant, stranger: Tenant) -> None:
    """Eve has everything, Joe something, Max nothing; the stranger has an Eve with the same."""
    eve = {
        "badge": "B7",
        "tag": "Red",
        "level": 7,
        "score": 1.5,
        "since": "2026-01-01T00:00:00Z",
        "site": "https://x/A",
        "key": "QUJD",
        "on": True,
        "tags": ["a", "b"],
        "levels": [1, 9],
        "spot": {"floor": 2, "room": "x"},
        "spots": [{"floor": 1, "room": "y"}, {"floor": 5, "room": "z", "until": "2026-06-01T00:00:00+02:00"}],
    }
    joe = {"tag": "green", "level": 10, "score": 1, "since": "2025-12-31T23:30:00Z", "on": False}
    for owner in (tenant, stranger):
        define(owner, *EVERY_TYPE)
        make_user(owner, "eve", **{CUSTOM: eve})
    make_user(tenant, "joe", **{CUSTOM: joe})
    make_user(tenant, "max")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('badge eq "B7"', "eve"),
        ('badge eq "b7"', ""),
        ('tag eq "rED"', "eve"),
        ("level gt 7", "joe"),
        ("level ge 7", "eve joe"),
        ("level lt 10", "eve"),
        ("level ne 7", "joe max"),
        ("level eq 7.0", "eve"),
        ("score gt 1.25", "eve"),
        ("score le 1", "joe"),
        ("score eq 1.5e0", "eve"),
        ('since eq "2026-01-01T01:00:00+01:00"', "eve"),
        ('since lt "2026-01-01T00:00:00Z"', "joe"),
        ('since ge "2026-01-01T00:30:00+01:00"', "eve joe"),
        ("since pr", "eve joe"),
        ("since eq null", "max"),
        ('site eq "https://x/A"', "eve"),
        ('site eq "https://x/a"', ""),
        ('key eq "QUJD"', "eve"),
        ('key eq "qujd"', ""),
        ("on eq true", "eve"),
        ('on eq "False"', "joe"),
        ('tags eq "B"', "eve"),
        ('tags.value sw "a"', "eve"),
        ("levels gt 8", "eve"),
        ("spot.floor eq 2", "eve"),
        ("spots.floor gt 4", "eve"),
        ('spots[floor gt 4 and room eq "z"]', "eve"),
        ('spots[floor gt 4 and room eq "y"]', ""),
        ('spots.until eq "2026-05-31T22:00:00Z"', "eve"),
        ("spot pr", "eve"),
    ],
)
def test_each_type_compares_as_such(okta: ScimClient, query: str, names: str) -> None:
    assert found(okta, f"{CUSTOM}:{query}") == names
    assert found(okta, f"{CUSTOM.upper()}:{query}") == names


def test_the_whole_extension_is_there_or_not(okta: ScimClient) -> None:
    assert found(okta, f"{CUSTOM} pr") == "eve joe"


def test_it_joins_with_the_core(okta: ScimClient) -> None:
    assert found(okta, f'userName sw "e" and ({CUSTOM}:level eq 7 or {CUSTOM}:level eq 10)') == "eve"


@pytest.mark.parametrize(
    "query",
    [
        'level eq "7"',
        "level co 7",
        "level eq true",
        'score gt "1"',
        "since gt 5",
        'since co "2026-01-01T00:00:00Z"',
        'since eq "2026-01-01"',
        'since eq "2026-02-30T00:00:00Z"',
        'key gt "A"',
        "on gt true",
        "on eq 1",
        "badge eq 7",
        "unheard pr",
        "spot eq 1",
        "spot.unheard eq 1",
        'tags[value eq "a"]',
        "level.value eq 7",
    ],
)
def test_what_makes_no_sense_for_the_type_is_refused(okta: ScimClient, query: str) -> None:
    assert_scim_error(okta.get("/Users", filter=f"{CUSTOM}:{query}"), 400, "invalidFilter")


def test_a_tenant_without_the_extension_does_not_know_it(okta: ScimClient, tenant: Tenant) -> None:
    assert_scim_error(okta.get("/Groups", filter=f"{CUSTOM}:level eq 7"), 400, "invalidFilter")
