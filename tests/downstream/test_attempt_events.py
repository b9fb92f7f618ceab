"""What the log tells of attempts that fail."""

from __future__ import annotations

from downstream.errors import Transient
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import make_user
from tests.log import log_events


def test_each_attempt_is_told_and_only_the_first_of_a_row_aloud(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.store.errors += [Transient("It did not answer."), Transient("It is busy.")]
    hr.drain()
    hr.retry_now()
    hr.drain()
    hr.store.refused.add("ada")

    hr.retry_now()
    hr.drain()

    events = log_events().about_target(hr.target.id).exclude(user_id=None).order_by("id")
    assert list(events.values_list("result", "severity")) == [
        ("DEFERRED", "WARN"),
        ("DEFERRED", "DEBUG"),
        ("FAILURE", "ERROR"),
    ]
    first, _, last = (event.document["debugContext"]["debugData"] for event in events)
    assert (first["attempt"], first["error_code"], last["attempt"]) == ("1", "transient", "3")
    assert first["nextAttempt"].endswith("Z")
    assert "nextAttempt" not in last
    assert int(last["durationMs"]) >= 0
