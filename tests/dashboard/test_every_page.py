"""What holds for every page: it opens when empty, keeps the policy, shows nothing of a stranger."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from audit.exports import Selection, start_export
from audit.models import Event
from downstream.models import Target
from downstream.streams.keeping import add_stream
from downstream.streams.sinks import SINKS
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.deliveries import fail, replica_of
from tests.dashboard.reading import HTMX, breaches, text_of
from tests.factories import actor, make_entitlement, make_group, make_user
from tests.log import log_events
from tests.schemas import define

LISTS = (
    "overview",
    "users",
    "groups",
    "entitlements",
    "extensions",
    "log",
    "failures",
    "replays",
    "exports",
    "streams",
)
NO_ONE = "00000000-0000-4000-8000-000000000000"


def every_address(tenant: Tenant, target: Target) -> list[str]:
    """Each page that is read, with something on it."""
    user = make_user(tenant, "ada")
    group = make_group(tenant, "Engineers", user)
    fail(target, user)
    role = make_entitlement(tenant)
    event = log_events().filter(tenant=tenant).newest_first()[0]
    extension = define(tenant, {"name": "badge"})
    hook = {"url": "https://siem.example.com/"}
    stream = add_stream(tenant, name="SIEM", kind="hook", config=hook, by=actor())
    return [
        *map(reverse, LISTS),
        reverse("user", args=[user.id]),
        reverse("group", args=[group.id]),
        *(reverse(f"{action}target", args=[target.id]) for action in ("", "change-", "delete-")),
        reverse("entitlement", args=[role.id]),
        reverse("new-entitlement"),
        *log_addresses(event),
        reverse("replica", args=[replica_of(user).id]),
        reverse("preview", args=[replica_of(user).id]),
        reverse("failure-row", args=[replica_of(user).id]),
        reverse("failure-count"),
        f"{reverse('failures')}?view=causes",
        reverse("new-replay"),
        *(reverse(f"{action}extension", args=[extension.id]) for action in ("", "change-", "delete-")),
        reverse("define-extension"),
        reverse("integrity"),
        reverse("keeping"),
        reverse("erase-person"),
        reverse("new-export"),
        reverse("choose-stream"),
        *(reverse("new-stream", args=[kind]) for kind in SINKS),
        *(reverse(f"{action}stream", args=[stream.id]) for action in ("", "change-")),
        reverse("export", args=[start_export(tenant.id, Selection(), format="csv", by=actor()).id]),
    ]


def log_addresses(event: Event) -> list[str]:
    """The pages of the log, and the parts that they ask for."""
    log, one = reverse("log"), event.uuid
    tabs = [f"{log}?event={one}&tab={tab}" for tab in ("summary", "changes", "exchange", "json")]
    views = [f"{log}?q=ada&range=30d&columns=actor&columns=target", f'{log}?filter=eventType eqq "x"']
    return [
        *(reverse("event", args=[one]), reverse("open-event", args=[one]), *tabs, *views),
        f"{log}?is=outcome.result:SUCCESS&not=severity:ERROR&live=on",
        *(f"{reverse('log-suggestions')}?text={text}" for text in ("tar", "target.displayName eq ")),
        reverse("log-news"),
    ]


@pytest.mark.parametrize("page", LISTS)
def test_a_page_of_an_empty_tenant_says_what_to_do(pages: Client, page: str) -> None:
    response = pages.get(reverse(page))

    assert response.status_code == 200
    assert "nothing-title" in text_of(response) or page == "log"


@pytest.mark.parametrize("page", LISTS)
def test_htmx_gets_the_part_and_a_browser_the_whole_page(pages: Client, page: str) -> None:
    part, whole = text_of(pages.get(reverse(page), headers=HTMX)), text_of(pages.get(reverse(page)))

    assert "<html" not in part
    assert "<html" in whole


def test_no_page_breaks_the_content_security_policy(pages: Client, tenant: Tenant, target: Target) -> None:
    addresses = [*every_address(tenant, target), "/there/is/nothing"]

    answers = [pages.get(address) for address in addresses]

    assert [list(breaches(answer)) for answer in answers] == [[]] * len(answers)
    policies = {answer["Content-Security-Policy"] for answer in answers}
    assert len(policies) == 1
    assert {"script-src 'self'", "style-src 'self'"} <= set(policies.pop().split("; "))


def test_the_sign_in_keeps_the_content_security_policy(client: Client, db: None) -> None:
    answers = [client.get(reverse("sign-in")), client.post(reverse("sign-in"))]

    assert [list(breaches(answer)) for answer in answers] == [[], []]


def test_no_page_shows_anything_of_a_stranger(pages: Client, tenant: Tenant, target: Target) -> None:
    for address in every_address(tenant, target):
        page = text_of(pages.get(address)).casefold()

        assert "stranger" not in page, address


def test_what_is_a_strangers_is_not_found(pages: Client, stranger: Stranger) -> None:
    event = log_events().filter(tenant=stranger.tenant).newest_first()[0]
    addresses = [
        reverse("user", args=[stranger.user.id]),
        reverse("group", args=[stranger.group.id]),
        reverse("target", args=[stranger.target.id]),
        reverse("entitlement", args=[stranger.role.id]),
        reverse("event", args=[event.uuid]),
        reverse("open-event", args=[event.uuid]),
        reverse("replica", args=[stranger.replica.id]),
        reverse("failure-row", args=[stranger.replica.id]),
    ]

    assert [pages.get(address).status_code for address in addresses] == [404] * len(addresses)


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        *(("replay", "replica"), ("replay-failure", "replica")),
        *(("check-target", "target"), ("pause-target", "target"), ("resume-target", "target")),
        *(("change-target", "target"), ("delete-target", "target"), ("rehearse-target", "target")),
        *(("allow-removals", "target"), ("reject-removals", "target")),
        *(("read-entitlements", "target"), ("change-entitlement", "role"), ("delete-entitlement", "role")),
    ],
)
def test_a_stranger_s_is_not_changed(pages: Client, stranger: Stranger, name: str, whose: str) -> None:
    before = log_events().filter(tenant=stranger.tenant).count()
    identifier = getattr(stranger, whose).id

    assert pages.post(reverse(name, args=[identifier])).status_code == 404
    assert log_events().filter(tenant=stranger.tenant).count() == before


@pytest.mark.parametrize("page", ["user", "group", "target", "entitlement", "event"])
def test_what_nobody_has_is_not_found(pages: Client, page: str) -> None:
    assert pages.get(reverse(page, args=[uuid.UUID(NO_ONE)])).status_code == 404


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        {"q": "a\0b"},
        {"q": "%"},
        {"q": "_" * 5000},
        {"after": "x"},
        {"before": "\0"},
        {"after": "MSAA"},
        {"before": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkgMQ=="},
        {"target": "\0", "state": "\0", "outcome": "?", "kind": "?", "user": "x", "transaction": "\0"},
        {"target": NO_ONE, "state": "synced"},
        {"type": "\0", "source": "\0"},
        {"type": "Role", "source": NO_ONE},
        {"since": "0001-01-01", "until": "9999-12-31T23:59:59", "zone": "Pacific/Auckland"},
        {"since": "yesterday", "zone": "../etc/passwd", "range": "\0"},
        {"is": "outcome.result", "not": ":", "columns": "\0", "tab": "?", "event": NO_ONE, "live": "x"},
        {"is": "published:2026", "not": "target:x", "filter": "not (" * 400},
        {"range": "all", "is": 'target.displayName:"\0\\'},
    ],
)
def test_no_query_breaks_a_list(pages: Client, tenant: Tenant, page: str, query: dict[str, str]) -> None:
    make_user(tenant, "ada")

    assert pages.get(reverse(page), query).status_code == 200


def test_what_a_user_is_called_is_never_markup(pages: Client, tenant: Tenant, target: Target) -> None:
    user = make_user(tenant, "<script>alert(1)</script>", displayName="<img src=x onerror=alert(2)>")
    fail(target, user)
    make_entitlement(tenant, "<script>alert(3)</script>", description="<img src=x onerror=alert(4)>")

    answers = [pages.get(reverse(name)) for name in LISTS] + [pages.get(reverse("user", args=[user.id]))]

    assert [list(breaches(answer)) for answer in answers] == [[]] * len(answers)
