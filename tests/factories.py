"""Plain functions that make what a test needs; each with defaults that fit most tests."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model

from audit.actor import Actor, system_actor
from directory.catalogue import Entitlement
from directory.models import Group, User
from directory.services import add_entitlement, create_group, create_user
from directory.services.entitlements import Facts
from downstream.models import Target
from downstream.services import add_target
from lib.documents import Document, Member
from tenants.models import Credential, Operator, Role, Scope, Tenant
from tenants.services import Issued, create_credential, create_tenant

_numbers = count(1)

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"


def actor() -> Actor:
    return system_actor()


def make_tenant(name: str | None = None, **options: Any) -> Tenant:
    return create_tenant(name or f"tenant-{next(_numbers)}", **options)


def make_credential(tenant: Tenant, *, scope: Scope = Scope.SCIM, **options: Any) -> Issued:
    kind = options.pop("kind", Credential.Kind.BEARER)
    return create_credential(tenant, kind=kind, scope=scope, by=actor(), **options)


def make_operator(tenant: Tenant, role: Role = Role.ADMIN, username: str | None = None) -> Operator:
    """Their password is `correct horse battery`."""
    username = username or f"operator-{next(_numbers)}"
    person = get_user_model().objects.create_user(username, password="correct horse battery")
    return Operator.objects.create(user=person, tenant=tenant, role=role)


def user_document(name: str = "ada", **attributes: Any) -> Document:
    return {
        "schemas": [USER_SCHEMA],
        "userName": name,
        "name": {"givenName": name.title(), "familyName": "Lovelace"},
        "emails": [{"value": f"{name}@example.com", "type": "work", "primary": True}],
        "active": True,
        **attributes,
    }


def make_user(tenant: Tenant, name: str = "ada", **attributes: Any) -> User:
    return create_user(tenant, user_document(name, **attributes), by=actor())


def make_group(tenant: Tenant, name: str = "Engineers", *members: User, **attributes: Any) -> Group:
    document = {"schemas": [GROUP_SCHEMA], "displayName": name, **attributes}
    return create_group(tenant, document, [Member(value=str(user.id)) for user in members], by=actor())


def make_entitlement(tenant: Tenant, value: str = "editor", type: str = "Role", **told: str) -> Entitlement:
    """By hand; `told` may be display_name and description."""
    return add_entitlement(tenant, Facts(type, value, **told), by=actor())


def make_target(
    tenant: Tenant, name: str | None = None, kind: str = "memory", config: dict[str, Any] | None = None
) -> Target:
    """A `memory` target, whose accounts are found under its name."""
    name = name or f"target-{next(_numbers)}"
    return add_target(tenant, name=name, kind=kind, config=config or {"name": name}, by=actor())
