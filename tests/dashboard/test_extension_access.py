"""Who sees and changes extensions, and what pages show of them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from directory.extensions import Extension
from tenants.models import Role, Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import breaches, buttons_to, text_of
from tests.dashboard.test_extensions import BADGE, form, row
from tests.factories import make_operator, make_user
from tests.schemas import CUSTOM, define


@pytest.fixture
def extension(tenant: Tenant) -> Extension:
    return define(tenant, BADGE)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPPORT])
def test_who_is_no_administrator_sees_and_changes_nothing(
    tenant: Tenant, extension: Extension, role: Role
) -> None:
    pages = Client()
    pages.force_login(make_operator(tenant, role).user)
    changing = [
        reverse("define-extension"),
        *(reverse(page, args=[extension.id]) for page in ("change-extension", "delete-extension")),
    ]

    seen = [pages.get(reverse("extensions")), pages.get(reverse("extension", args=[extension.id]))]
    answers = [send(address, form(row("x"))) for address in changing for send in (pages.get, pages.post)]

    assert [answer.status_code for answer in seen] == [200, 200]
    assert [address for page in seen for address in buttons_to(page, "/schema")] == []
    assert "Define an extension" not in text_of(seen[0])
    assert [answer.status_code for answer in answers] == [403] * 6
    assert Extension.objects.get(tenant=tenant).attributes == extension.attributes


def test_a_strangers_extension_is_neither_seen_nor_changed(pages: Client, stranger: Stranger) -> None:
    theirs = define(stranger.tenant, {"name": "theirs"})
    names = ("extension", "change-extension", "delete-extension")
    addresses = [reverse(name, args=[theirs.id]) for name in names]

    answers = [send(address, form(row("x"))) for address in addresses for send in (pages.get, pages.post)]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert "theirs" not in text_of(pages.get(reverse("extensions")))
    assert Extension.objects.filter(id=theirs.id).exists()


def test_the_pages_keep_the_policy_and_show_no_markup(pages: Client, tenant: Tenant) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    extension = define(tenant, {"name": "x", "description": nasty, "canonicalValues": [nasty]}, name=nasty)
    addresses = [reverse("extensions"), reverse("define-extension")]
    addresses += [
        reverse(name, args=[extension.id]) for name in ("extension", "change-extension", "delete-extension")
    ]

    answers = [pages.get(address) for address in [*addresses, reverse("log"), reverse("overview")]]

    assert [list(breaches(answer)) for answer in answers] == [[]] * len(answers)


def test_a_person_s_page_shows_values_under_the_extension_s_name_and_no_secret(
    pages: Client, tenant: Tenant
) -> None:
    define(tenant, BADGE, {"name": "pin", "mutability": "writeOnly"}, name="Doors")
    user = make_user(tenant, "ada", **{CUSTOM: {"badge": "B-77", "pin": "8265"}})

    page = text_of(pages.get(reverse("user", args=[user.id])))

    assert "Doors" in page
    assert "B-77" in page
    assert "8265" not in page
