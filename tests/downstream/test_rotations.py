"""Signing secrets: made, renewed while the old ones still sign, and wiped."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from downstream.models import Target
from downstream.refusals import Refusal
from downstream.rotations import rotate_secret, wipe_old_secrets
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.hooks import Hook
from tests.factories import actor, make_user
from tests.log import log_events
from tests.receivers import Receiver


def accepts(secret: str, hook: Hook) -> bool:
    """Whether a receiver that knows this secret believes the last request."""
    received = hook.receiver.received[-1]
    try:
        Webhook(secret).verify(received.body, received.headers)
    except WebhookVerificationError:
        return False
    return True


def as_if_later(hook: Hook, hours: int) -> None:
    """The moments until which old secrets sign, moved so far into the past."""
    hook.target.refresh_from_db()
    settings = hook.target.settings
    then = timezone.now() - timedelta(hours=hours)
    old = {
        (then + timedelta(hours=24) + timedelta(seconds=number)).isoformat(): secret
        for number, secret in enumerate(settings["old_secrets"].values())
    }
    hook.target.seal({"secret": settings["secret"], "old_secrets": old})
    hook.target.save()


def test_during_a_rotation_receivers_with_either_secret_verify(tenant: Tenant, hook: Hook) -> None:
    old = hook.target.settings["secret"]

    new = rotate_secret(hook.target, by=actor())
    make_user(tenant, "ada")
    hook.drain()

    assert new != old
    assert accepts(new, hook)
    assert accepts(old, hook)


def test_an_old_secret_goes_by_itself(tenant: Tenant, hook: Hook) -> None:
    old = hook.target.settings["secret"]
    new = rotate_secret(hook.target, by=actor())
    as_if_later(hook, hours=25)
    make_user(tenant, "ada")
    hook.drain()
    signed_by_old = accepts(old, hook)

    wiped, again = wipe_old_secrets(), wipe_old_secrets()

    assert (accepts(new, hook), signed_by_old) == (True, False)
    assert (wiped, again) == (1, 0)
    assert old not in json.dumps(Target.objects.get(id=hook.target.id).settings)


def test_a_secret_that_still_signs_is_not_wiped(hook: Hook) -> None:
    rotate_secret(hook.target, by=actor())

    assert wipe_old_secrets() == 0


def test_a_leaked_secret_is_gone_at_once_if_asked_for(tenant: Tenant, hook: Hook) -> None:
    old = hook.target.settings["secret"]

    rotate_secret(hook.target, keep=timedelta(0), by=actor())
    make_user(tenant, "ada")
    hook.drain()

    assert not accepts(old, hook)


def test_two_rotations_in_a_row_leave_nobody_out(tenant: Tenant, hook: Hook) -> None:
    first = hook.target.settings["secret"]

    second, third = (rotate_secret(hook.target, by=actor()) for _ in range(2))
    make_user(tenant, "ada")
    hook.drain()

    assert all(accepts(secret, hook) for secret in (first, second, third))


def test_a_rotation_is_logged_without_the_secret(hook: Hook) -> None:
    secret = rotate_secret(hook.target, by=actor())

    event = log_events().about_target(hook.target.id).get(event_type="application.lifecycle.update")

    assert "24 h" in event.document["outcome"]["reason"]
    assert secret not in event.body


def test_what_has_no_signing_secret_is_refused(hr: Downstream) -> None:
    with pytest.raises(Refusal, match="signing secret"):
        rotate_secret(hr.target, by=actor())


@pytest.mark.parametrize("keep", [timedelta(seconds=-1), timedelta(days=31)])
def test_a_time_that_makes_no_sense_is_refused(hook: Hook, keep: timedelta) -> None:
    with pytest.raises(Refusal, match="hours"):
        rotate_secret(hook.target, keep=keep, by=actor())


def test_the_command_prints_the_new_secret(tenant: Tenant, hook: Hook) -> None:
    out = StringIO()

    call_command("rotate_secret", tenant.name, "Hook", "--keep-hours", "1", "--json", stdout=out)

    hook.target.refresh_from_db()
    assert json.loads(out.getvalue()) == {"name": "Hook", "secret": hook.target.settings["secret"]}
    with pytest.raises(CommandError, match="hours"):
        call_command("rotate_secret", tenant.name, "Hook", "--keep-hours", "9" * 30)


def test_a_target_that_is_added_without_a_secret_is_told_the_one_that_is_made(
    tenant: Tenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {"url": receiver.url, "allowed_networks": ["127.0.0.1"]}
    monkeypatch.setattr("sys.stdin", StringIO(json.dumps(config)))
    out = StringIO()

    call_command(
        "add_target", tenant.name, "Hook", "--kind", "webhook", "--config", "-", "--json", stdout=out
    )

    told = json.loads(out.getvalue())
    assert told["secret"] == Target.objects.get(tenant=tenant, name="Hook").settings["secret"]
    assert told["owed"] == 0


def test_the_schema_tells_what_a_person_may_configure() -> None:
    out = StringIO()

    call_command("add_target", "any", "any", "--kind", "webhook", "--schema", stdout=out)

    names = set(json.loads(out.getvalue())["properties"])
    assert names == {"url", "secret", "from_start", "allowed_networks", "ca_certificates"}
