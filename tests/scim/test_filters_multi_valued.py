"""Filters through the door on what has several values or parts: inside documents, and as memberships."""

from __future__ import annotations

import pytest

from directory.models import Group, Membership, User
from directory.services import create_user, delete_user
from tenants.models import Tenant
from tests.factories import actor, make_group, make_user
from tests.scim.client import ScimClient, body
from tests.scim.filtering import found

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.fixture
def staff(okta: ScimClient, tenant: Tenant, stranger: Tenant) -> None:
    """Two e-mail addresses each way round, and one user with none of anything."""
    for owner in (tenant, stranger):
        User.objects.filter(tenant=owner).delete()
        ann = make_user(
            owner,
            "ann",
            emails=[
                {"value": "Ann@work.com", "type": "work", "primary": True},
                {"value": "a%_\\b@home.com", "type": "home", "primary": False},
            ],
            addresses=[{"type": "work", "locality": "Zürich"}],
            schemas=[CORE, ENTERPRISE],
            photos=[{"value": "https://x/Photo"}],
            title="École",
            **{ENTERPRISE: {"manager": {"value": "M-1"}}},
        )
        ben = make_user(
            owner,
            "ben",
            emails=[{"value": "ben@home.com", "type": "work"}, {"value": "ben@work.com", "type": "home"}],
            title="ape",
            roles=[{"value": "", "type": "lead"}],
            ims=[{"value": "", "type": ""}],
            **{ENTERPRISE: {"manager": {"value": "", "displayName": "Boss"}}},
        )
        cy = create_user(owner, {"schemas": [CORE], "userName": "cy"}, by=actor())
        make_group(owner, "Both", ann, ben)
        make_group(owner, "Cy only", cy)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('emails.value eq "ANN@WORK.COM"', "ann"),
        ('emails eq "ann@work.com"', "ann"),
        ('emails.value ne "ann@work.com"', "ben cy"),
        ('not (emails.value eq "ann@work.com")', "ben cy"),
        ('emails co "@work"', "ann ben"),
        ('emails.value sw "BEN@"', "ben"),
        ('emails.value ew "home.com"', "ann ben"),
        ('emails.value co "%_"', "ann"),
        ('emails.value sw "a_%"', ""),
        ('emails.value co "\\\\b"', "ann"),
        ('emails.value gt "ben@h"', "ben"),
        ("emails pr", "ann ben"),
        ("emails eq null", "cy"),
        ("emails.primary eq true", "ann"),
        ('emails.primary eq "True"', "ann"),
        ("emails.primary ne true", "ben cy"),
        ("emails.primary pr", "ann"),
        ('emails[type eq "work"]', "ann ben"),
        ('emails[type eq "work" and value co "@work"]', "ann"),
        ('emails[type eq "work"].value co "@work"', "ann"),
        ('emails[type eq "work" and not (value co "@work")]', "ben"),
        ('emails[not (type eq "work")]', "ann ben"),
        ('emails[primary eq true or value eq "ben@work.com"]', "ann ben"),
        ('not (emails[type eq "work"])', "cy"),
        ('emails[value eq "x"] or userName eq "cy"', "cy"),
        (f'{CORE}:emails.value eq "ann@work.com"', "ann"),
        ('addresses.locality eq "ZÜRICH"', "ann"),
        ('addresses[type eq "work" and locality sw "z"]', "ann"),
        ("addresses pr", "ann"),
        ('photos eq "https://x/Photo"', "ann"),
        ('photos eq "https://x/photo"', ""),
        ("name pr", "ann ben"),
        ("not (name pr)", "cy"),
        ('name[familyName eq "lovelace"]', "ann ben"),
        ('title eq "école"', "ann"),
        ('title gt "apd"', "ann ben"),
        ('title lt "z"', "ben"),
        ('not (title le "z")', "ann cy"),
        ('schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', "ann ben cy"),
        (f'schemas eq "{ENTERPRISE}"', "ann"),
        (f'{ENTERPRISE}:manager.value eq "m-1"', "ann"),
        (f'{ENTERPRISE}:manager eq "m-1"', "ann"),
        (f'{ENTERPRISE}:manager[value eq "m-1"]', "ann"),
        (f'{ENTERPRISE}:manager.value ne "m-1"', "ben cy"),
        (f"{ENTERPRISE} pr", "ann ben"),
        (f"not ({ENTERPRISE} pr)", "cy"),
        (f"{ENTERPRISE}:manager pr", "ann ben"),
        (f"{ENTERPRISE}:manager.value pr", "ann"),
        ("roles pr", "ben"),
        ("roles eq null", "ann cy"),
        ("roles.value pr", ""),
        ("ims pr", ""),
        ('meta.resourceType eq "User"', "ann ben cy"),
        ('meta.resourceType eq "Group"', ""),
        ("meta pr", "ann ben cy"),
        ('meta.version eq "W/\\"1\\""', "ann ben cy"),
        ('groups.display eq "both"', "ann ben"),
        ('groups[display eq "Both" and type eq "direct"]', "ann ben"),
        ('groups.display ne "Both"', "cy"),
        ("groups pr", "ann ben cy"),
        ("not (" * 28 + 'emails[not (value ew "@home.com")]' + ")" * 28, "ann ben"),
        ('(title pr or userName eq "x" and not ' * 15 + '(emails[type ew "k"])' + ")" * 15, "ann ben"),
        (" or ".join(f'emails[value eq "{name}@home.com" and type pr]' for name in ["ben", "x"] * 50), "ben"),
    ],
)
def test_one_value_of_several_is_enough(okta: ScimClient, staff: None, query: str, names: str) -> None:
    assert found(okta, query) == names


def test_a_location_finds_its_resource(okta: ScimClient, staff: None) -> None:
    ann = body(okta.get("/Users", filter='userName eq "ann"'))["Resources"][0]

    assert found(okta, f'meta.location eq "{ann["meta"]["location"]}"') == "ann"
    assert found(okta, f'meta.location ne "{ann["meta"]["location"]}"') == "ben cy"
    assert found(okta, f'groups.$ref eq "{ann["groups"][0]["$ref"]}"') == "ann ben"


def test_users_are_found_by_group_and_groups_by_member(
    okta: ScimClient, foreign: ScimClient, tenant: Tenant, staff: None
) -> None:
    ann = User.objects.get(tenant=tenant, user_name="ann")
    both = Group.objects.get(tenant=tenant, display_name="Both")

    assert found(okta, f'groups.value eq "{both.id}"') == "ann ben"
    assert found(okta, f'groups eq "{both.id}"') == "ann ben"
    assert found(foreign, f'groups.value eq "{both.id}"') == ""
    assert found(okta, f'members[value eq "{ann.id}"]', "Groups") == "Both"
    assert found(okta, f'members[value eq "{ann.id}" and type eq "Group"]', "Groups") == ""
    assert found(okta, f'not (members[value eq "{ann.id}"])', "Groups") == "Cy only"
    assert found(okta, 'members.type eq "user" and members.display eq "CY"', "Groups") == "Cy only"


def test_a_deleted_member_is_in_no_group(okta: ScimClient, tenant: Tenant, staff: None) -> None:
    cy = User.objects.get(tenant=tenant, user_name="cy")
    delete_user(tenant, cy.id, by=actor())

    assert found(okta, f'members.value eq "{cy.id}"', "Groups") == ""
    assert found(okta, "not (members pr)", "Groups") == "Cy only"


def test_a_member_who_has_not_arrived_is_found_as_sent(okta: ScimClient, tenant: Tenant, staff: None) -> None:
    cy_only = Group.objects.get(tenant=tenant, display_name="Cy only")
    Membership.objects.create(group=cy_only, value="later", display="Late", created_at=cy_only.created_at)

    assert found(okta, 'members[value eq "later" and display eq "late"]', "Groups") == "Cy only"
    assert found(okta, 'members[value eq "later" and type eq "User"]', "Groups") == ""
