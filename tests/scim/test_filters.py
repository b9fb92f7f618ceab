"""Filters through the door: every operator on every kind of column, on the users of two tenants."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from directory.models import User
from tenants.models import Tenant
from tests.scim.client import ScimClient
from tests.scim.filtering import found

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
NOON = datetime(2026, 5, 1, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('userName eq "ADA"', "ada"),
        ('userName eq "ad"', ""),
        ('userName ne "ada"', "Bob carol"),
        ('userName co "O"', "Bob carol"),
        ('userName sw "B"', "Bob"),
        ('userName ew "OL"', "carol"),
        ('userName gt "ada"', "Bob carol"),
        ('userName ge "ada"', "ada Bob carol"),
        ('userName lt "bob"', "ada"),
        ('userName le "bob"', "ada Bob"),
        ("userName pr", "ada Bob carol"),
        ("userName eq null", ""),
        ('USERNAME EQ "ada"', "ada"),
        (f'{CORE}:userName eq "ada"', "ada"),
        (f'{CORE.upper()}:userName eq "ada"', "ada"),
        ('externalId eq "00u1"', "ada"),
        ('externalId eq "00U1"', ""),
        ('externalId ne "00u1"', "Bob carol"),
        ('externalId co "u2"', "Bob"),
        ('externalId sw "00u"', "ada Bob"),
        ('externalId ew "2"', "Bob"),
        ('externalId gt "00u1"', "Bob"),
        ('externalId le "00u1"', "ada"),
        ("externalId pr", "ada Bob"),
        ("externalId eq null", "carol"),
        ("externalId ne null", "ada Bob"),
    ],
)
def test_texts_in_columns(okta: ScimClient, crew: None, query: str, names: str) -> None:
    assert found(okta, query) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('name.familyName eq "LOVELACE"', "ada Bob"),
        ('name.familyName ne "Lovelace"', "carol"),
        ('name.familyName co "ove"', "ada Bob"),
        ('name.familyName sw "n"', "carol"),
        ('name.familyName ew "LACE"', "ada Bob"),
        ("name.familyName pr", "ada Bob carol"),
        ('name.givenName ne "Ada"', "Bob carol"),
        ("name.givenName pr", "ada Bob"),
        ("name.givenName eq null", "carol"),
        ('title eq "countess"', "ada"),
        ('title ne "countess"', "Bob carol"),
        ('not (title eq "countess")', "Bob carol"),
        ('not (title sw "c")', "Bob carol"),
        ("title pr", "ada"),
        ("title eq null", "Bob carol"),
        ("title ne null", "ada"),
        (f'{ENTERPRISE}:department eq "r&d"', "ada"),
        (f'{ENTERPRISE}:department ne "R&D"', "Bob carol"),
        (f'{ENTERPRISE}:department sw "R"', "ada"),
        (f"{ENTERPRISE}:department pr", "ada"),
        (f"not ({ENTERPRISE}:department pr)", "Bob carol"),
    ],
)
def test_texts_inside_the_document(okta: ScimClient, crew: None, query: str, names: str) -> None:
    assert found(okta, query) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("active eq true", "ada"),
        ("active eq false", "Bob"),
        ("active ne true", "Bob carol"),
        ("active ne false", "ada carol"),
        ('active eq "True"', "ada"),
        ('active eq "FALSE"', "Bob"),
        ("active pr", "ada Bob"),
        ("active eq null", "carol"),
        ("not (active eq true)", "Bob carol"),
    ],
)
def test_active_has_three_states(okta: ScimClient, crew: None, query: str, names: str) -> None:
    assert found(okta, query) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('meta.lastModified eq "2026-05-01T12:00:00.500Z"', "ada"),
        ('meta.lastModified eq "2026-05-01T14:00:00.5+02:00"', "ada"),
        ('meta.lastModified ne "2026-05-01T12:00:00.500Z"', "Bob carol"),
        ('meta.lastModified gt "2026-05-01T12:00:00Z"', "ada Bob carol"),
        ('meta.lastModified gt "2026-05-01T12:00:00.500Z"', "Bob carol"),
        ('meta.lastModified ge "2026-05-01T18:00:00.500"', "Bob carol"),
        ('meta.lastModified lt "2026-05-01T18:00:00.500Z"', "ada"),
        ('meta.lastModified le "2026-05-01T18:00:00.500Z"', "ada carol"),
        ('meta.lastModified lt "2026-05-02"', "ada carol"),
        ("meta.lastModified pr", "ada Bob carol"),
        ('META.LASTMODIFIED gt "2026-05-01T18:00:01Z" and meta.created pr', "Bob"),
    ],
)
def test_moments(okta: ScimClient, crew: None, query: str, names: str) -> None:
    assert found(okta, query) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('displayName eq "engineers"', "Engineers"),
        ('displayName ne "engineers"', "Sales"),
        ('displayName co "E"', "Engineers Sales"),
        ('displayName sw "sa"', "Sales"),
        ('displayName ew "S"', "Engineers Sales"),
        ('displayName gt "f"', "Sales"),
        ('displayName lt "f"', "Engineers"),
        ("displayName pr", "Engineers Sales"),
        ('externalId eq "00g1"', "Engineers"),
        ("externalId eq null", "Sales"),
        ('members.value eq "{ada}"', "Engineers"),
        ('members eq "{ada}"', "Engineers"),
        ('members.value eq "{bob}"', "Engineers Sales"),
        ('members.value ne "{ada}"', "Sales"),
        ('not (members.value eq "{ada}")', "Sales"),
        ('members.value eq "{ada}" and members.value eq "{bob}"', "Engineers"),
        ('members.value eq "{ada}" or members.value eq "{bob}"', "Engineers Sales"),
        ('members.value sw "{ada}"', "Engineers"),
        ("members pr", "Engineers Sales"),
        ("not (members.value pr)", ""),
    ],
)
def test_groups_by_name_and_member(
    okta: ScimClient, tenant: Tenant, crew: None, query: str, names: str
) -> None:
    people = {user.user_name.lower(): user.id for user in User.objects.filter(tenant=tenant)}

    assert found(okta, query.format(**people), "Groups") == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('userName eq "carol" or userName eq "ada" and active eq false', "carol"),
        ('(userName eq "carol" or userName eq "ada") and active eq true', "ada"),
        ('active eq false and userName eq "ada" or userName eq "carol"', "carol"),
        ('not (userName eq "ada") and not (userName eq "bob")', "carol"),
        ('not (userName eq "ada" or active eq false)', "carol"),
        ('not (not (userName eq "ada"))', "ada"),
        ('((((userName eq "ada"))))', "ada"),
        ('userName eq "ada" AND active EQ True', "ada"),
        ('userName eq "ada" and userName eq "bob"', ""),
        (" or ".join(f'userName eq "{name}"' for name in ["ada", "bob"] * 100), "ada Bob"),
    ],
)
def test_and_binds_tighter_than_or(okta: ScimClient, crew: None, query: str, names: str) -> None:
    assert found(okta, query) == names
