"""Commands that change and delete targets."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from downstream.models import Target
from tenants.models import Tenant
from tests.downstream.conftest import Downstream


def run(name: str, *arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_a_target_is_changed(tenant: Tenant, hr: Downstream, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"name": "moved"}')

    answer = run(
        *("change_target", tenant.name, hr.target.name, "--config", str(config)),
        *("--time-limit", "20", "--concurrency", "2", "--rename", "Payroll"),
    )

    hr.target.refresh_from_db()
    assert answer == {"id": str(hr.target.id), "name": "Payroll", "changed": True}
    assert (hr.target.config, hr.target.time_limit, hr.target.concurrency) == ({"name": "moved"}, 20, 2)


def test_a_rate_is_set_and_taken_away(tenant: Tenant, hr: Downstream) -> None:
    rates = []
    for rate in ("2.5", "0"):
        run("change_target", tenant.name, hr.target.name, "--rate", rate)
        hr.target.refresh_from_db()
        rates.append(hr.target.rate)

    assert rates == [2.5, None]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say what is to change"),
        (["--time-limit", "500"], "time_limit: .* less than or equal to 120"),
        (["--rename", "a/b"], "Use letters"),
        (["--config", "/there/is/nothing"], "can't be read"),
    ],
)
def test_a_change_that_is_refused_is_explained(
    tenant: Tenant, hr: Downstream, options: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("change_target", tenant.name, hr.target.name, *options)


def test_a_target_is_deleted_only_if_its_name_is_repeated(tenant: Tenant, hr: Downstream) -> None:
    with pytest.raises(CommandError, match="Repeat the name"):
        run("delete_target", tenant.name, hr.target.name)
    still_there = Target.objects.filter(id=hr.target.id).exists()

    answer = run("delete_target", tenant.name, hr.target.name, "--confirm", hr.target.name)

    assert still_there
    assert answer["removed"]
    assert not Target.objects.filter(id=hr.target.id).exists()


def test_a_stranger_s_target_has_no_such_name_here(
    tenant: Tenant, hr: Downstream, stranger: Downstream
) -> None:
    name = stranger.target.name

    with pytest.raises(CommandError, match="has no target"):
        run("delete_target", tenant.name, name, "--confirm", name)
