"""Every filter that RFC 7644 prints, as printed, through the door."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import User
from tenants.models import Tenant
from tests.factories import make_group, make_user
from tests.scim.client import ScimClient, assert_scim_error, body
from tests.scim.filtering import found
from tests.scim.rfc_people import make_staff


@pytest.fixture
def staff(tenant: Tenant, stranger: Tenant) -> dict[str, User]:
    """Three users; the stranger has the same ones."""
    make_staff(stranger)
    return make_staff(tenant)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('userName eq "bjensen"', "bjensen"),
        ('name.familyName co "O\'Malley"', "bjensen"),
        ('userName sw "J"', "JSmith"),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"', "JSmith"),
        ("title pr", "bjensen"),
        ('meta.lastModified gt "2011-05-13T04:42:34Z"', "JSmith"),
        ('meta.lastModified ge "2011-05-13T04:42:34Z"', "bjensen JSmith"),
        ('meta.lastModified lt "2011-05-13T04:42:34Z"', "mandy"),
        ('meta.lastModified le "2011-05-13T04:42:34Z"', "bjensen mandy"),
        ('title pr and userType eq "Employee"', "bjensen"),
        ('title pr or userType eq "Intern"', "bjensen JSmith"),
        ('schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', "bjensen"),
        ('userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', "bjensen"),
        ('userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', ""),
        ('userType eq "Employee" and (emails.type eq "work")', "bjensen"),
        ('userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', "bjensen"),
        (
            'emails[type eq "work" and value co "@example.com"] or '
            'ims[type eq "xmpp" and value co "@foo.com"]',
            "bjensen mandy",
        ),
    ],
)
def test_every_filter_of_section_3_4_2_2(
    okta: ScimClient, staff: dict[str, User], query: str, names: str
) -> None:
    assert found(okta, query) == names


def test_the_filter_of_section_3_4_2_1_with_the_quotation_marks_that_the_grammar_wants(
    okta: ScimClient, staff: dict[str, User], tenant: Tenant
) -> None:
    make_group(tenant, "Tour Guides")
    schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

    def search(query: str) -> Any:
        return okta.post("/.search", {"schemas": [schema], "filter": query})

    quoted = search('(meta.resourceType eq "User") or (meta.resourceType eq "Group")')
    printed = search("(meta.resourceType eq User) or (meta.resourceType eq Group)")

    assert body(quoted)["totalResults"] == 4
    assert_scim_error(printed, 400, "invalidFilter")


def test_the_search_of_section_3_4_3(okta: ScimClient, tenant: Tenant, stranger: Tenant) -> None:
    for owner in (stranger, tenant):
        make_user(owner, "smith", displayName="Smith, James")
        make_group(owner, "Smith Family")
    printed = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["displayName", "userName"],
        "filter": 'displayName sw "smith"',
        "startIndex": 1,
        "count": 10,
    }

    answer = body(okta.post("/.search", printed))

    assert (answer["totalResults"], answer["itemsPerPage"], answer["startIndex"]) == (2, 2, 1)
    assert [one["displayName"] for one in answer["Resources"]] == ["Smith, James", "Smith Family"]
