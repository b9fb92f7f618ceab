"""A webhook target with a real receiver behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from directory.models import Group, User
from downstream.calls import reached
from downstream.claims import Claim, claim
from downstream.connectors.journals import AnyJournal, Journal
from downstream.engine import drain
from downstream.models import Replica, Target
from tenants.models import Tenant
from tests.factories import make_target
from tests.receivers import LOOPBACK, Receiver


@dataclass
class Hook:
    """A target, what it received, and short words for what tests do to it."""

    target: Target
    receiver: Receiver

    def drain(self) -> int:
        return drain(self.target.id, budget=timedelta(seconds=20))

    def replica(self, resource: User | Group) -> Replica:
        kind = "user" if isinstance(resource, User) else "group"
        return self.target.replicas.select_related("target").get(**{kind: resource.id})

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(received.body) for received in self.receiver.received]

    @property
    def ids(self) -> list[str]:
        return [received.headers["webhook-id"] for received in self.receiver.received]

    @property
    def types(self) -> list[str]:
        return [message["type"] for message in self.messages]

    def retry_now(self) -> None:
        """As if the time of every retry had come."""
        past = timezone.now() - timedelta(seconds=1)
        self.target.replicas.exclude(due_at=None).update(due_at=past)
        Target.objects.filter(id=self.target.id).exclude(resume_at=None).update(resume_at=past)


def make_hook(tenant: Tenant, receiver: Receiver, name: str = "Hook", **config: Any) -> Hook:
    settings = {"url": receiver.url, "allowed_networks": LOOPBACK, **config}
    return Hook(make_target(tenant, name, kind="webhook", config=settings), receiver)


def taken(hook: Hook) -> Claim:
    claimed = claim(hook.target)
    assert claimed is not None
    claimed.replica.target = hook.target
    return claimed


@contextmanager
def endpoint_of(hook: Hook) -> Iterator[AnyJournal]:
    with reached(hook.target) as endpoint:
        assert isinstance(endpoint, Journal)
        yield endpoint
