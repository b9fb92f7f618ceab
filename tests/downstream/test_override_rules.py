"""What an override refuses, and what becomes of it beyond a delivery."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from directory.services import delete_user
from downstream.models import Override
from downstream.previews import preview
from downstream.refusals import Refusal
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_overrides import fix
from tests.factories import actor, make_user
from tests.schemas import define


def test_a_value_that_nobody_may_read_is_told_nowhere(tenant: Tenant, hr: Downstream) -> None:
    extension = define(tenant, {"name": "badge", "returned": "never", "mutability": "writeOnly"})
    ada = make_user(tenant, "ada", **{extension.urn: {"badge": "hunter1"}})
    made = fix(hr, ada, "title", "hunter2")
    Override.objects.filter(id=made.id).update(is_hidden=True)

    seen = preview(hr.replica(ada))

    assert "hunter2" not in repr(seen.lines)
    assert "hunter2" not in made.sealed_value


@pytest.mark.parametrize(
    ("field", "value", "more", "says"),
    [
        ("userName", "eve", {}, "identifies the account"),
        ("shoe", "42", {}, "no field 'shoe'.*title"),
        ("title", {"a": 1}, {}, "A value is a text"),
        ("title", "x" * 20_000, {}, "A value is a text"),
        ("title", "Dr", {"reason": "  "}, "Say why"),
        ("title", "Dr", {"expires_at": timezone.now() - timedelta(days=1)}, "expired already"),
    ],
)
def test_what_makes_no_sense_or_is_dangerous_is_refused(
    tenant: Tenant, hr: Downstream, field: str, value: Any, more: dict[str, Any], says: str
) -> None:
    ada = make_user(tenant, "ada")

    with pytest.raises(Refusal, match=says):
        fix(hr, ada, field, value, **more)

    assert not Override.objects.exists()


def test_a_deleted_user_has_nothing_to_override(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    delete_user(tenant, ada.id, by=actor())

    with pytest.raises(Refusal, match="is deleted"):
        fix(hr, ada, "title", "Dr")


def test_the_command_makes_and_ends_one(
    tenant: Tenant, hr: Downstream, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = make_user(tenant, "ada")
    named = [tenant.name, hr.target.name, "--user", "ada", "--field", "title"]

    call_command("override", *named, "--value", "Dr", "--reason", "Known to HR", "--expires-hours", "2")
    hr.drain()
    made = hr.account(ada)["title"]
    call_command("override", *named, "--end")
    hr.drain()

    assert made == "Dr"
    assert "title" not in hr.account(ada)
    with pytest.raises(CommandError, match="not overridden"):
        call_command("override", *named, "--end")
    with pytest.raises(CommandError, match="Say why"):
        call_command("override", *named, "--value", "Dr")
