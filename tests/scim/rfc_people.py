"""The people whom the examples of RFC 7644 are about."""

from __future__ import annotations

from datetime import UTC, datetime

from directory.models import User
from directory.services import create_user
from lib.documents import clean
from lib.schema import USER_RESOURCE
from tenants.models import Tenant
from tests.factories import actor
from tests.scim.conftest import ENTERPRISE

MOMENT = datetime(2011, 5, 13, 4, 42, 34, tzinfo=UTC)
BJENSEN = {
    "name": {"givenName": "Barbara", "familyName": "Jensen-O'Malley"},
    "title": "Tour Guide",
    "userType": "Employee",
    "emails": [
        {"value": "bjensen@example.com", "type": "work", "primary": True},
        {"value": "babs@jensen.org", "type": "home"},
    ],
    "addresses": [{"type": "work", "locality": "Springfield"}, {"type": "home", "locality": "Shelbyville"}],
    ENTERPRISE: {"department": "Tours"},
}
JSMITH = {"userType": "Intern", "emails": [{"value": "js@example.org", "type": "other"}]}
MANDY = {
    "userType": "Contractor",
    "title": "",
    "emails": [{"value": "@example.net", "type": "work"}, {"value": "m@example.com", "type": "home"}],
    "ims": [{"value": "mandy@foo.com", "type": "xmpp"}],
}


def make_staff(tenant: Tenant) -> dict[str, User]:
    """Three users, by userName."""
    made: dict[str, User] = {}
    for name, attributes in (("bjensen", BJENSEN), ("JSmith", JSMITH), ("mandy", MANDY)):
        document = clean({"userName": name, **attributes}, USER_RESOURCE)
        made[name] = create_user(tenant, document, by=actor())
    for name, moment in (
        ("bjensen", MOMENT),
        ("JSmith", MOMENT.replace(second=35)),
        ("mandy", MOMENT.replace(second=33)),
    ):
        User.objects.filter(id=made[name].id).update(modified_at=moment)
    return made
