"""Roles and entitlements: looked at by all, changed by administrators, read from targets by support staff."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.catalogue import Entitlement
from downstream.connectors import memory
from downstream.entitlements import import_entitlements
from downstream.errors import Transient
from downstream.models import Target
from tenants.models import Tenant
from tests.dashboard.reading import HTMX, breaches, buttons_to, text_of, unexplained
from tests.dashboard.test_lists import shown
from tests.factories import actor, make_entitlement

NEW = {"type": "Role", "value": "editor", "display_name": "Editor", "description": "Writes"}


def offered(target: Target, *values: str) -> None:
    """Read from the target."""
    memory.store(target.name).entitlements = [{"type": "Role", "id": value} for value in values]
    import_entitlements(target, by=actor())


def test_an_administrator_adds_a_role(pages: Client, tenant: Tenant) -> None:
    answer = pages.post(reverse("new-entitlement"), NEW, follow=True)

    role = tenant.entitlements.get()
    assert (role.value, role.display_name, role.description) == ("editor", "Editor", "Writes")
    assert "Editor is added." in text_of(answer)
    assert reverse("entitlement", args=[role.id]) in text_of(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"value": ""}, "This field is required."),
        ({"value": "/x"}, "no slash or blank at the end"),
        ({"value": "taken"}, "There is a Role taken already."),
        ({"type": "role"}, "Begin with a capital letter"),
        ({"type": "User"}, "have another meaning"),
        ({"display_name": "x" * 256}, "at most 255 characters"),
        ({"description": "x" * 1001}, "at most 1000 characters"),
        ({"description": "a\0b"}, "Null characters"),
    ],
)
def test_what_can_be_none_is_shown_again_with_what_is_wrong(
    pages: Client, tenant: Tenant, changes: dict[str, str], sentence: str
) -> None:
    make_entitlement(tenant, "taken")

    answer = pages.post(reverse("new-entitlement"), NEW | changes)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert 'aria-invalid="true"' in text_of(answer)
    assert unexplained(answer) == []
    assert list(breaches(answer)) == []
    assert tenant.entitlements.count() == 1


def test_an_administrator_changes_and_deletes_what_was_made_by_hand(pages: Client, tenant: Tenant) -> None:
    role = make_entitlement(tenant, "editor")
    told = {"display_name": "Chief editor", "description": "Decides"}

    changed = pages.post(reverse("change-entitlement", args=[role.id]), told, follow=True)
    role.refresh_from_db()
    deleted = pages.post(reverse("delete-entitlement", args=[role.id]), follow=True)

    assert "Chief editor is changed." in text_of(changed)
    assert (role.display_name, role.description, role.version) == ("Chief editor", "Decides", 2)
    assert "is deleted." in text_of(deleted)
    assert tenant.entitlements.count() == 0


def test_a_change_that_can_not_be_is_shown_again(pages: Client, tenant: Tenant) -> None:
    role = make_entitlement(tenant, "editor")

    answer = pages.post(reverse("change-entitlement", args=[role.id]), {"display_name": "x" * 256})

    role.refresh_from_db()
    assert "at most 255 characters" in text_of(answer)
    assert role.version == 1


def test_what_a_target_has_can_only_be_looked_at(pages: Client, tenant: Tenant, target: Target) -> None:
    offered(target, "editor")
    role = tenant.entitlements.get()

    page = pages.get(reverse("entitlement", args=[role.id]))
    changed = pages.post(reverse("change-entitlement", args=[role.id]), {"display_name": "x"})
    deleted = pages.post(reverse("delete-entitlement", args=[role.id]))

    assert buttons_to(page, "/entitlements/") == []
    assert "It was read from HR" in text_of(page)
    for answer in (changed, deleted):
        assert answer.status_code == 409
        assert "was read from a target" in text_of(answer)
    assert tenant.entitlements.get().display_name == "editor"


@pytest.mark.parametrize("who", ["support_pages", "auditor_pages"])
def test_others_look_and_do_not_change(
    request: pytest.FixtureRequest, tenant: Tenant, target: Target, who: str
) -> None:
    theirs: Client = request.getfixturevalue(who)
    role = make_entitlement(tenant, "editor")
    addresses = [
        reverse("new-entitlement"),
        reverse("change-entitlement", args=[role.id]),
        reverse("delete-entitlement", args=[role.id]),
    ]
    pages_seen = [theirs.get(reverse("entitlements")), theirs.get(reverse("entitlement", args=[role.id]))]

    answers = [theirs.post(address, NEW) for address in addresses]

    assert [page.status_code for page in pages_seen] == [200, 200]
    assert [buttons_to(page, "/entitlements/") for page in pages_seen] == [[], []]
    assert reverse("new-entitlement") not in text_of(pages_seen[0])
    assert [answer.status_code for answer in [*answers, theirs.get(addresses[0])]] == [403] * 4
    assert list(tenant.entitlements.values_list("version", flat=True)) == [1]


@pytest.mark.parametrize("name", ["change-entitlement", "delete-entitlement", "read-entitlements"])
def test_looking_changes_nothing(pages: Client, tenant: Tenant, target: Target, name: str) -> None:
    identifier = target.id if name == "read-entitlements" else make_entitlement(tenant).id

    assert pages.get(reverse(name, args=[identifier])).status_code == 405


def test_support_staff_read_what_a_target_offers(
    support_pages: Client, tenant: Tenant, target: Target
) -> None:
    make_entitlement(tenant, "reader")
    memory.store("HR").entitlements = [{"type": "Role", "id": value} for value in ("editor", "reader")]
    address = reverse("read-entitlements", args=[target.id])

    page = support_pages.get(reverse("target", args=[target.id]))
    part = support_pages.post(address, headers=HTMX)
    whole = support_pages.post(address)

    assert address in buttons_to(page, "/targets/")
    assert "1 added" in text_of(part)
    assert "Left out, because" in text_of(part)
    assert "Role &#x27;reader&#x27;" in text_of(part)
    assert "<html" not in text_of(part)
    assert "nothing has changed" in text_of(whole)
    assert "<html" in text_of(whole)


def test_a_target_that_does_not_answer_says_so(pages: Client, tenant: Tenant, target: Target) -> None:
    memory.store("HR").errors = [Transient("HR did not answer.")]

    answer = pages.post(reverse("read-entitlements", args=[target.id]), headers=HTMX)

    assert "HR did not answer." in text_of(answer)
    assert "alert-danger" in text_of(answer)


def test_an_auditor_reads_nothing_from_a_target(
    auditor_pages: Client, tenant: Tenant, target: Target
) -> None:
    memory.store("HR").entitlements = [{"type": "Role", "id": "editor"}]

    assert auditor_pages.post(reverse("read-entitlements", args=[target.id])).status_code == 403
    assert tenant.entitlements.count() == 0


def test_a_target_that_can_not_tell_has_no_button(pages: Client, target: Target) -> None:
    Target.objects.filter(id=target.id).update(config={})

    page = pages.get(reverse("target", args=[target.id]))

    assert "Read roles" not in text_of(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["clerk", "editor", "pro"]),
        ({"q": "EDIT"}, ["editor"]),
        ({"q": "of the"}, ["pro"]),
        ({"type": "License"}, ["pro"]),
        ({"source": "hand"}, ["editor", "pro"]),
        ({"source": "the target"}, ["clerk"]),
        ({"q": "nobody"}, []),
    ],
)
def test_the_list_is_narrowed(
    pages: Client, tenant: Tenant, target: Target, query: dict[str, str], found: list[str]
) -> None:
    make_entitlement(tenant, "editor")
    make_entitlement(tenant, "pro", "License", display_name="Queen of the pros")
    offered(target, "clerk")
    query = {name: str(target.id) if value == "the target" else value for name, value in query.items()}

    rows = pages.get(reverse("entitlements"), query).context["rows"]

    assert [row.entitlement.value for row in rows] == found


def test_paging_shows_each_once_in_few_queries(pages: Client, tenant: Tenant) -> None:
    roles = [make_entitlement(tenant, f"role-{number}", display_name="Namesake") for number in range(110)]

    found = shown(pages, reverse("entitlements"), "/entitlements/")
    with CaptureQueriesContext(connection) as many:
        pages.get(reverse("entitlements"))
    Entitlement.objects.filter(tenant=tenant).exclude(id=roles[0].id).delete()
    with CaptureQueriesContext(connection) as few:
        pages.get(reverse("entitlements"))

    addresses = {reverse("entitlement", args=[role.id]) for role in roles}
    assert sorted(address for address in found if address in addresses) == sorted(addresses)
    assert len(many) == len(few)
