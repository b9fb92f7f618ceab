"""The Django admin: raw rows to look at, nothing that the log would not know of."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from downstream.models import Target
from lib.secrets import encrypt
from tenants.models import Tenant
from tests.dashboard.deliveries import fail
from tests.dashboard.reading import text_of
from tests.factories import make_credential, make_group, make_target, make_user
from tests.log import log_events
from tests.schemas import CUSTOM, define

OURS = ("tenants", "audit", "directory", "downstream")
CHANGED_HERE = {"tenant", "operator"}
REGISTERED = sorted(
    model._meta.label_lower for model in admin.site._registry if model._meta.app_label in OURS
)


@pytest.fixture
def superuser(client: Client, tenant: Tenant) -> Client:
    client.force_login(get_user_model().objects.create_superuser("root"))
    user = make_user(tenant, "ada")
    make_group(tenant, "Engineers", user)
    fail(make_target(tenant, "HR"), user)
    return client


@pytest.mark.parametrize("label", REGISTERED)
def test_every_list_opens_and_is_searched(superuser: Client, label: str) -> None:
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")

    assert superuser.get(address, {"q": "ada"}).status_code == 200


@pytest.mark.parametrize("label", REGISTERED)
def test_only_tenants_and_operators_are_changed_here(superuser: Client, label: str) -> None:
    app, model = label.split(".")

    added = superuser.get(reverse(f"admin:{app}_{model}_add")).status_code

    assert added == (200 if model in CHANGED_HERE else 403)


def test_an_event_is_neither_changed_nor_deleted(superuser: Client, tenant: Tenant) -> None:
    event = log_events().filter(tenant=tenant).newest_first()[0]

    deleted = superuser.post(reverse("admin:audit_event_delete", args=[event.id]), {"post": "yes"})
    changed = superuser.post(reverse("admin:audit_event_change", args=[event.id]), {"search": "x"})

    assert (deleted.status_code, changed.status_code) == (403, 403)


def test_no_digest_and_no_secret_is_shown(superuser: Client, tenant: Tenant) -> None:
    credential = make_credential(tenant).credential
    target = make_target(tenant, "Payroll")
    Target.objects.filter(id=target.id).update(sealed_secrets=encrypt({"password": "do-not-show"}))

    pages = [
        text_of(superuser.get(reverse("admin:tenants_credential_change", args=[credential.id]))),
        text_of(superuser.get(reverse("admin:downstream_target_change", args=[target.id]))),
    ]

    assert credential.prefix in pages[0]
    assert credential.digest not in pages[0]
    assert "do-not-show" not in pages[1]


def test_what_nobody_may_read_is_not_read_here_either(superuser: Client, tenant: Tenant) -> None:
    """An attribute that became secret only now is in the row as well."""
    user = make_user(tenant, "eve", **{CUSTOM: {"pin": "8265"}})
    define(tenant, {"name": "pin", "mutability": "writeOnly"})

    page = text_of(superuser.get(reverse("admin:directory_user_change", args=[user.id])))

    assert "eve" in page
    assert "8265" not in page
