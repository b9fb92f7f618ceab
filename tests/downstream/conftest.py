"""A tenant with one `memory` target, and a stranger who has the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from directory.models import Group, User
from downstream.connectors.memory import Store, forget, store
from downstream.engine import drain
from downstream.models import AlertChannel, Replica, Target
from downstream.replay_jobs import parts, starting
from downstream.settings import change_target
from downstream.tasks import wake
from tenants.models import Tenant
from tests.downstream.hooks import Hook, make_hook
from tests.factories import actor, make_target, make_tenant, make_user
from tests.mail import Mailbox, mail_server
from tests.receivers import LOOPBACK, Receiver, receiving

_numbers = count(1)


@dataclass
class Downstream:
    """A target, what lives behind it, and short words for what tests do to it."""

    target: Target
    store: Store

    def drain(self) -> int:
        return drain(self.target.id, budget=timedelta(seconds=20))

    def replica(self, resource: User | Group) -> Replica:
        kind = "user" if isinstance(resource, User) else "group"
        return self.target.replicas.select_related("target").get(**{kind: resource.id})

    def account(self, resource: User | Group) -> dict[str, object]:
        """What the target has of it."""
        return self.store.accounts[self.replica(resource).remote_id]

    def retry_now(self) -> None:
        """As if the time of every retry had come."""
        past = timezone.now() - timedelta(seconds=1)
        self.target.replicas.exclude(due_at=None).update(due_at=past)
        self.target.replicas.exclude(doubtful_until=None).update(doubtful_until=past)
        Target.objects.filter(id=self.target.id).exclude(resume_at=None).update(resume_at=past)


@pytest.fixture(autouse=True)
def no_retry_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full jitter may be next to nothing: then the drain that saw the failure would also see the retry."""
    drawn = random.random
    monkeypatch.setattr("downstream.policy.random.random", lambda: max(0.1, drawn()))


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant()


@pytest.fixture
def make_downstream() -> Iterator[Callable[[Tenant], Downstream]]:
    names: list[str] = []

    def make(tenant: Tenant) -> Downstream:
        name = f"memory-{next(_numbers)}"
        names.append(name)
        return Downstream(make_target(tenant, name), store(name))

    yield make
    for name in names:
        forget(name)


@pytest.fixture
def stranger(db: None, make_downstream: Callable[[Tenant], Downstream]) -> Downstream:
    """Another tenant's target that owes a user of the same name."""
    stranger = make_tenant("stranger")
    downstream = make_downstream(stranger)
    make_user(stranger, "ada")
    return downstream


@pytest.fixture
def hr(tenant: Tenant, stranger: Downstream, make_downstream: Callable[[Tenant], Downstream]) -> Downstream:
    return make_downstream(tenant)


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that this test's messages go to."""
    folder = tmp_path / "broker"
    folder.mkdir()
    publish_into(folder, monkeypatch)
    return folder


def publish_into(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = wake.app.conf.broker_transport_options
    for name in ("data_folder_in", "data_folder_out"):
        monkeypatch.setitem(options, name, str(folder))
    monkeypatch.setitem(options, "control_folder", str(folder / "control"))
    # Connections that are open know another folder.
    monkeypatch.setattr(wake.app, "_pool", None)
    monkeypatch.setattr(wake.app.amqp, "_producer_pool", None)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.ALERT_NETWORKS = LOOPBACK
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def hook(tenant: Tenant, stranger: Downstream, receiver: Receiver) -> Hook:
    return make_hook(tenant, receiver)


@pytest.fixture
def channel(tenant: Tenant, stranger: Downstream) -> AlertChannel:
    """Each tenant has one; no message goes out in these tests."""
    AlertChannel.objects.create(tenant=stranger.target.tenant, kind="mail", address="it@stranger.example")
    return AlertChannel.objects.create(tenant=tenant, kind="mail", address="it@example.com")


@pytest.fixture
def guarded(hr: Downstream) -> Downstream:
    """Two removals an hour, or a tenth of all accounts."""
    change_target(hr.target, guard_floor=2, guard_percent=10, by=actor())
    return hr


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of two, four of a target under way at most, and no replay so small that it begins at once."""
    monkeypatch.setattr(parts, "CHUNK", 2)
    monkeypatch.setattr(parts, "WINDOW", 4)
    monkeypatch.setattr(starting, "CHUNK", 0)


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = mailbox.host, mailbox.port
        yield mailbox
