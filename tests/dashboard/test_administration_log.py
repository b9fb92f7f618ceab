"""What is done in the administration is in the log of the tenant that it concerns."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType
from tenants.models import Operator, Role, Tenant
from tests.factories import make_operator
from tests.log import log_events

PASSWORD = "correct horse battery"
NO_HOSTS = {"hostnames-TOTAL_FORMS": 0, "hostnames-INITIAL_FORMS": 0}


@pytest.fixture
def root(client: Client, admin: Operator) -> Client:
    client.force_login(get_user_model().objects.create_superuser("root", password=PASSWORD))
    return client


def told(kind: EventType, tenant: Tenant) -> list[dict[str, Any]]:
    """Each with who did it and the first of those that it happened to."""
    events = log_events().filter(tenant=tenant, event_type=kind).order_by("id")
    return [{**event.document, "first": event.document["target"][0]} for event in events]


def test_a_role_that_is_given_changed_and_taken_is_logged(root: Client, tenant: Tenant) -> None:
    person = get_user_model().objects.create_user("joan")
    sent = {"user": person.pk, "tenant": tenant.pk, "role": Role.SUPPORT}
    root.post(reverse("admin:tenants_operator_add"), sent)
    operator = Operator.objects.get(user=person)
    address = reverse("admin:tenants_operator_change", args=[operator.pk])
    root.post(address, {**sent, "role": Role.ADMIN})
    root.post(address, {**sent, "role": Role.ADMIN})

    root.post(reverse("admin:tenants_operator_delete", args=[operator.pk]), {"post": "yes"})

    given = told(EventType.PRIVILEGE_GRANTED, tenant)
    assert [event["first"]["changeDetails"] for event in given] == [
        {"from": {"role": None}, "to": {"role": "support"}},
        {"from": {"role": "support"}, "to": {"role": "admin"}},
    ]
    (taken,) = told(EventType.PRIVILEGE_REVOKED, tenant)
    assert (taken["actor"]["alternateId"], taken["first"]["alternateId"]) == ("root", "joan")


def test_a_role_that_moves_is_taken_in_one_tenant_and_given_in_the_other(
    root: Client, tenant: Tenant, stranger: Any
) -> None:
    operator = make_operator(stranger.tenant, Role.AUDITOR, "joan")
    address = reverse("admin:tenants_operator_change", args=[operator.pk])

    root.post(address, {"user": operator.user_id, "tenant": tenant.pk, "role": Role.AUDITOR})

    assert len(told(EventType.PRIVILEGE_REVOKED, stranger.tenant)) == 1
    assert len(told(EventType.PRIVILEGE_GRANTED, tenant)) == 1


def test_several_roles_that_are_taken_at_once_are_logged_one_by_one(root: Client, tenant: Tenant) -> None:
    chosen = [make_operator(tenant).pk for _ in range(2)]

    root.post(
        reverse("admin:tenants_operator_changelist"),
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )

    assert len(told(EventType.PRIVILEGE_REVOKED, tenant)) == 2


def test_a_tenants_settings_are_told_from_and_to(root: Client, tenant: Tenant) -> None:
    sent = {"name": tenant.name, "replay_approval_over": 500, **NO_HOSTS, "hostnames-TOTAL_FORMS": 1}

    root.post(
        reverse("admin:tenants_tenant_change", args=[tenant.pk]),
        {**sent, "hostnames-0-name": "acme.example.com", "hostnames-0-tenant": tenant.pk},
    )

    (event,) = told(EventType.TENANT_CHANGED, tenant)
    assert event["first"]["changeDetails"] == {
        "from": {"replay_approval_over": None, "hostnames": []},
        "to": {"replay_approval_over": 500, "hostnames": ["acme.example.com"]},
    }


def test_a_tenant_that_is_saved_as_it_is_tells_nothing_and_a_new_one_its_name(
    root: Client, tenant: Tenant
) -> None:
    root.post(reverse("admin:tenants_tenant_change", args=[tenant.pk]), {"name": tenant.name, **NO_HOSTS})
    root.post(reverse("admin:tenants_tenant_add"), {"name": "globex", **NO_HOSTS})

    assert told(EventType.TENANT_CHANGED, tenant) == []
    (event,) = told(EventType.TENANT_CREATED, Tenant.objects.get(name="globex"))
    assert event["first"]["changeDetails"]["to"]["name"] == "globex"


def test_a_change_of_staff_is_told_where_they_work(root: Client, tenant: Tenant, stranger: Any) -> None:
    operator = make_operator(tenant, Role.SUPPORT, "joan")
    form = {
        "username": "joan",
        "last_name": "Clarke",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00",
    }
    address = reverse("admin:auth_user_change", args=[operator.user_id])

    root.post(address, {**form, "is_active": "on"})
    root.post(address, form)

    (changed,) = told(EventType.USER_UPDATED, tenant)
    assert changed["first"]["changeDetails"] == {"from": {"last_name": ""}, "to": {"last_name": "Clarke"}}
    assert len(told(EventType.USER_DEACTIVATED, tenant)) == 1
    assert not log_events().filter(tenant=stranger.tenant, event_type=EventType.USER_UPDATED).exists()


def test_deleting_staff_takes_their_roles(root: Client, tenant: Tenant) -> None:
    operator = make_operator(tenant, Role.SUPPORT, "joan")

    root.post(reverse("admin:auth_user_delete", args=[operator.user_id]), {"post": "yes"})

    assert not User.objects.filter(username="joan").exists()
    assert len(told(EventType.PRIVILEGE_REVOKED, tenant)) == 1


def test_a_new_password_is_logged_without_it(root: Client, tenant: Tenant) -> None:
    operator = make_operator(tenant, Role.SUPPORT, "joan")
    new = {"password1": "battery horse", "password2": "battery horse", "usable_password": "true"}
    root.post(reverse("admin:auth_user_password_change", args=[operator.user_id]), {**new, "password2": "x"})
    root.post(reverse("admin:auth_user_password_change", args=[operator.user_id]), new)

    (event,) = told(EventType.PASSWORD_CHANGED, tenant)
    assert (event["actor"]["alternateId"], event["first"]["alternateId"]) == ("root", "joan")
    assert "battery" not in str(event)


def test_ones_own_new_password_is_logged(client: Client, admin: Operator, tenant: Tenant) -> None:
    User.objects.filter(pk=admin.user_id).update(is_staff=True)
    client.force_login(User.objects.get(pk=admin.user_id))
    address = reverse("admin:password_change")
    assert client.get(address).status_code == 200

    sent = {"old_password": PASSWORD, "new_password1": "battery horse", "new_password2": "battery horse"}
    answer = client.post(address, sent)

    assert answer["Location"] == reverse("admin:password_change_done")
    assert told(EventType.PASSWORD_CHANGED, tenant)[0]["actor"]["alternateId"] == "grace"


def test_signing_in_to_the_administration_is_logged_as_at_the_front_door(
    client: Client, admin: Operator, tenant: Tenant
) -> None:
    sent = {"username": "grace", "password": PASSWORD, "next": "/admin/"}
    refused = client.post(reverse("admin:login"), sent)
    User.objects.filter(pk=admin.user_id).update(is_staff=True)

    answer = client.post(reverse("admin:login"), sent)

    assert (refused.status_code, answer["Location"]) == (200, "/admin/")
    events = log_events().filter(tenant=tenant, event_type__startswith="user.session").order_by("id")
    assert [(event.event_type, event.result) for event in events] == [
        (EventType.SIGNED_IN, "FAILURE"),
        (EventType.SIGNED_IN, "SUCCESS"),
        (EventType.ADMIN_OPENED, "SUCCESS"),
    ]
    client.post(reverse("admin:logout"))
    assert log_events().filter(tenant=tenant, event_type=EventType.SIGNED_OUT).exists()


def test_who_may_not_go_there_is_asked_and_not_sent_around(pages: Client) -> None:
    answer = pages.get(reverse("admin:index"), follow=True)

    assert answer.status_code == 200
    assert len(answer.redirect_chain) == 1
