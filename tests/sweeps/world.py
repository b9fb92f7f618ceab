"""A tenant with one of everything that can be changed, made when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest

from audit import exports
from audit.exports import start_export
from audit.models import Export
from directory.catalogue import Entitlement
from directory.extensions import Extension
from directory.models import Group, User
from directory.services import delete_user
from downstream.alerts.channels import add_channel
from downstream.connectors import memory
from downstream.engine import drain
from downstream.models import AlertChannel, LogStream, Override, Replay, Replica, Target
from downstream.overrides import override
from downstream.replay_jobs import start_replay, stop
from downstream.selections import Selection
from downstream.settings import change_target
from downstream.streams.keeping import add_stream
from tenants.models import Role, SavedView, Tenant
from tests.downstream.jobs import person
from tests.factories import actor, make_entitlement, make_group, make_operator, make_target, make_user
from tests.schemas import define

ADDRESS = "https://hooks.example.com/services/"
SIEM = {"url": "https://hooks.example.com/siem"}


@dataclass(frozen=True)
class World:
    tenant: Tenant

    @cached_property
    def target(self) -> Target:
        memory.forget("HR")
        return make_target(self.tenant, "HR")

    @cached_property
    def hook(self) -> Target:
        return make_target(self.tenant, "Hook", "webhook", {"url": "https://hooks.example.com/events"})

    @cached_property
    def user(self) -> User:
        return make_user(self.tenant, "ada")

    @cached_property
    def group(self) -> Group:
        return make_group(self.tenant, "Engineers", self.user)

    @cached_property
    def role(self) -> Entitlement:
        return make_entitlement(self.tenant)

    @cached_property
    def extension(self) -> Extension:
        return define(self.tenant, {"name": "badge"})

    @cached_property
    def channel(self) -> AlertChannel:
        return add_channel(self.tenant, kind="webhook", address=f"{ADDRESS}one", by=actor())

    @cached_property
    def parked(self) -> Replica:
        """A delivery that the target refused."""
        target, user = self.target, self.user
        memory.store(target.name).refused.add(user.user_name)
        self.deliver()
        return target.replicas.parked().get(user=user)

    @cached_property
    def override(self) -> Override:
        asked: dict[str, Any] = {"reason": "It is so.", "expires_at": None}
        return override(self.parked, "title", "Dr", **asked, by=actor())

    @cached_property
    def job(self) -> Replay:
        chosen = Selection(target=self.parked.target_id)
        job = start_replay(self.tenant, chosen, by=person("katherine"), reason="Mended.")
        assert job is not None
        return job

    @cached_property
    def stopped_job(self) -> Replay:
        stop(self.job, by=actor())
        return self.job

    @cached_property
    def awaiting_job(self) -> Replay:
        Tenant.objects.filter(id=self.tenant.id).update(replay_approval_over=0)
        self.tenant.refresh_from_db()
        return self.job

    @cached_property
    def export(self) -> Export:
        """Of an event or more; it is still to be written."""
        self.user  # noqa: B018  # made
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("audit.exports.starting.CHUNK", 0)
            return start_export(self.tenant.id, exports.Selection(), format="csv", by=actor())

    @cached_property
    def finished_export(self) -> Export:
        return start_export(self.tenant.id, exports.Selection(), format="csv", by=actor())

    @cached_property
    def stream(self) -> LogStream:
        return add_stream(self.tenant, name="SIEM", kind="webhook", config=SIEM, by=actor())

    @cached_property
    def view(self) -> SavedView:
        owner = make_operator(self.tenant, Role.SUPPORT)
        return SavedView.objects.create(owner=owner, name="Failures", query="q=failed", shared=True)

    @cached_property
    def holding(self) -> Target:
        """A target whose guard holds removals."""
        change_target(self.target, guard_floor=1, guard_percent=0, by=actor())
        users = [make_user(self.tenant, name) for name in ("joan", "rosa", "mary")]
        self.deliver()
        for user in users:
            delete_user(self.tenant, user.id, by=actor())
        self.deliver()
        return self.target

    def deliver(self) -> None:
        drain(self.target.id, budget=timedelta(seconds=20))
