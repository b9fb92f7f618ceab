"""Streams on the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType
from downstream.models import LogStream
from downstream.streams.keeping import add_stream
from downstream.streams.running import run
from downstream.streams.sinks import SINKS
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import HTMX, breaches, text_of
from tests.factories import actor, make_user
from tests.log import log_events
from tests.receivers import LOOPBACK, Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def stream(tenant: Tenant, receiver: Receiver) -> LogStream:
    config = {"url": receiver.url, "allowed_networks": LOOPBACK}
    return add_stream(tenant, name="SIEM", kind="webhook", config=config, by=actor())


def filled(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"name": "SIEM", "url": receiver.url, "allowed_networks": "127.0.0.0/8\n10.0.0.0/8", **more}


def test_a_stream_is_added_and_its_secret_shown_once(
    pages: Client, tenant: Tenant, receiver: Receiver
) -> None:
    types = "user.lifecycle.*\n group.user_membership.add"

    told = pages.post(reverse("new-stream", args=["hook"]), filled(receiver, event_types=types))

    stream = tenant.log_streams.get()
    assert stream.settings["secret"] in text_of(told)
    assert stream.event_types == ["user.lifecycle.*", "group.user_membership.add"]
    assert stream.config["allowed_networks"] == ["127.0.0.0/8", "10.0.0.0/8"]
    for page in ("stream", "change-stream"):
        assert stream.settings["secret"] not in text_of(pages.get(reverse(page, args=[stream.id])))
    assert not list(breaches(told))


@pytest.mark.parametrize(
    ("kind", "filled_in", "field"),
    [
        ("syslog", {"host": "siem.example.com", "port": 6514, "transport": "tcp", "format": "json"}, "tls"),
        ("syslog", {"host": "not a host", "port": 6514, "transport": "tls", "format": "json"}, "host name"),
        ("splunk", {"url": "https://splunk.example.com"}, "required"),
        ("elastic", {"url": "nonsense", "api_key": "x"}, "https://"),
        ("webhook", {"url": "https://example.com", "secret": "short"}, "whsec_"),
        ("hook", {"url": "https://example.com", "event_types": "user lifecycle!"}, "no type of event"),
    ],
)
def test_what_can_not_work_is_said_at_its_field(
    pages: Client, tenant: Tenant, kind: str, filled_in: dict[str, Any], field: str
) -> None:
    response = pages.post(reverse("new-stream", args=[kind]), {"name": "SIEM", **filled_in})

    assert response.status_code == 400
    assert "errorlist" in text_of(response)
    assert field in text_of(response)
    assert not tenant.log_streams.exists()


def test_each_kind_has_its_form(pages: Client) -> None:
    chosen = text_of(pages.get(reverse("choose-stream")))

    for kind, sink in SINKS.items():
        assert sink.label in chosen
        assert pages.get(reverse("new-stream", args=[kind])).status_code == 200
    assert pages.get(reverse("new-stream", args=["pigeon"])).status_code == 404


def test_the_page_tells_how_far_it_is(pages: Client, tenant: Tenant, stream: LogStream) -> None:
    make_user(tenant, "ada")
    log_events()
    before = text_of(pages.get(reverse("stream", args=[stream.id])))
    run(stream.id)

    after = text_of(pages.get(reverse("stream", args=[stream.id]), headers=HTMX))

    assert "Delivering" in before
    assert "In step" in after
    assert "<h1>" not in after


def test_trouble_says_what_and_since_when(
    pages: Client, tenant: Tenant, stream: LogStream, receiver: Receiver
) -> None:
    receiver.answers = [(403, {})]
    log_events()
    run(stream.id)

    for page in (reverse("streams"), reverse("stream", args=[stream.id])):
        assert "refuses the sign-in (403)" in text_of(pages.get(page))


def test_settings_are_changed_and_secrets_left_out_stay(
    pages: Client, stream: LogStream, receiver: Receiver
) -> None:
    secret = stream.settings["secret"]
    address = reverse("change-stream", args=[stream.id])
    changed = filled(receiver, name="SIEM 2", revision=stream.revision)

    first, second = (pages.post(address, changed) for _ in range(2))

    stream.refresh_from_db()
    assert (stream.name, stream.settings["secret"]) == ("SIEM 2", secret)
    assert first.status_code == 302
    assert second.status_code == 400
    assert "Somebody else has changed" in text_of(second)


def test_it_is_tried_switched_rewound_and_removed(
    pages: Client, tenant: Tenant, stream: LogStream, receiver: Receiver
) -> None:
    receiver.answers = [(204, {}), (403, {})]
    log_events()

    def press(name: str, **sent: Any) -> str:
        return text_of(pages.post(reverse(f"{name}-stream", args=[stream.id]), sent, follow=True))

    assert "has taken a test" in press("test")
    assert "The test did not arrive." in press("test")
    assert "Switched off" in press("switch", to="off")
    assert "Switched off" not in press("switch", to="on")
    assert "It goes on behind that place." in press("rewind", to="0")
    assert "The log has the places" in press("rewind", to="99999")
    assert "as a number" in press("rewind", to="x")
    assert "No more events go to SIEM." in press("remove")
    kinds = (
        log_events().filter(tenant=tenant, actor_id=str(_id_of(pages))).values_list("event_type", flat=True)
    )
    assert {
        EventType.STREAM_TESTED,
        EventType.STREAM_DEACTIVATED,
        EventType.STREAM_ACTIVATED,
        EventType.STREAM_CHANGED,
        EventType.STREAM_DELETED,
    } <= set(kinds)


def _id_of(pages: Client) -> str:
    return str(pages.session["_auth_user_id"])


def test_who_may_not_define_adds_and_removes_none(
    support_pages: Client, auditor_pages: Client, stream: LogStream
) -> None:
    defining = [reverse("choose-stream"), reverse("new-stream", args=["hook"])]
    defining.append(reverse("change-stream", args=[stream.id]))

    for browser in (support_pages, auditor_pages):
        assert [browser.get(address).status_code for address in defining] == [403] * 3
        assert browser.post(reverse("remove-stream", args=[stream.id])).status_code == 403
        assert browser.get(reverse("stream", args=[stream.id])).status_code == 200
    assert auditor_pages.post(reverse("switch-stream", args=[stream.id]), {"to": "off"}).status_code == 403
    assert support_pages.post(reverse("switch-stream", args=[stream.id]), {"to": "off"}).status_code == 302


def test_a_stranger_s_stream_is_not_to_be_found(
    pages: Client, stranger: Stranger, receiver: Receiver
) -> None:
    config = {"url": receiver.url, "allowed_networks": LOOPBACK}
    theirs = add_stream(stranger.tenant, name="Theirs", kind="webhook", config=config, by=actor())

    got = [pages.get(reverse(page, args=[theirs.id])) for page in ("stream", "change-stream")]
    sent = [
        pages.post(reverse(f"{action}-stream", args=[theirs.id]), {"to": "0"})
        for action in ("test", "switch", "rewind", "remove")
    ]

    assert [answer.status_code for answer in (*got, *sent)] == [404] * 6
    assert "Theirs" not in text_of(pages.get(reverse("streams")))
    assert LogStream.objects.filter(id=theirs.id).exists()
