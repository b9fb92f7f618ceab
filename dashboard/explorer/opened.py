"""One event in full: what it says, what leads on from it, what went over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from django.urls import reverse

from dashboard.events import Line
from dashboard.explorer.chips import RESULT, TYPE, Chip
from dashboard.explorer.spans import utc
from dashboard.explorer.state import TABS, State
from downstream.models import Attempt, Replica
from tenants.models import Tenant

AROUND = timedelta(minutes=5)
ATTEMPTS = 10
_TITLES = {"summary": "Summary", "changes": "Changes", "exchange": "Exchange", "json": "JSON"}


@dataclass(frozen=True)
class Fact:
    """Something that the event says, and how to look for more of it or for everything else."""

    label: str
    text: str
    note: str = ""
    page: str = ""
    url: str = ""
    out_url: str = ""


@dataclass(frozen=True)
class Tab:
    key: str
    title: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class Opened:
    """`state` is that of the page around it; `alone` on a page of its own."""

    line: Line
    state: State
    tenant: Tenant
    alone: bool = False

    @property
    def tab(self) -> str:
        tab = self.state.tab or TABS[0]
        return TABS[0] if tab == "changes" and not self.has_changes else tab

    @property
    def template(self) -> str:
        return f"log/_tab_{self.tab}.html"

    @property
    def tabs(self) -> Sequence[Tab]:
        there = [key for key in TABS if key != "changes" or self.has_changes]
        return [Tab(key, _TITLES[key], self._here(tab=key), key == self.tab) for key in there]

    @property
    def has_changes(self) -> bool:
        return any(party.changes for party in self.line.parties)

    @property
    def close_url(self) -> str:
        return self.state.but(event="", tab="").url()

    @property
    def facts(self) -> Iterator[Fact]:
        line = self.line
        yield self._fact("Outcome", line.outcome_label, RESULT, line.event.result)
        if line.reason:
            yield self._fact("Reason", line.reason, "outcome.reason", line.reason)
        yield self._fact(
            "Event type", line.event.event_type, TYPE, note=line.document["displayMessage"] or ""
        )
        yield self._fact("Severity", line.event.get_severity_display(), "severity", line.event.severity)
        yield self._fact("Actor", line.actor, "actor.id", line.event.actor_id, note=line.actor_id)
        for party in line.parties:
            yield replace(self._fact(party.word, party.name, "target.id", party.id), page=party.url)
        if address := line.client.get("ipAddress"):
            yield self._fact("Address", address, "client.ipAddress")
        if agent := (line.client.get("userAgent") or {}).get("rawUserAgent"):
            yield self._fact("Client", agent, "client.userAgent.rawUserAgent")
        yield self._fact("Transaction", line.event.transaction_id, "transaction.id")
        yield Fact("Number in the log", f"{line.event.seq:,}")

    @property
    def pivots(self) -> Iterator[tuple[str, str]]:
        """Words and an address: what else belongs to it."""
        line = self.line
        yield "Same transaction", self._all_of("transaction.id", line.event.transaction_id)
        if session := line.document["authenticationContext"].get("externalSessionId"):
            yield "Same session", self._all_of("authenticationContext.externalSessionId", session)
        yield f"All by {line.actor}", self._all_of("actor.id", line.event.actor_id)
        for party in line.parties:
            yield f"All about {party.name}", self._all_of("target.id", party.id)
        since, until = line.event.published - AROUND, line.event.published + AROUND
        around = self._bare().but(since=utc(since), until=utc(until), event=str(line.event.uuid))
        yield "Around this time", around.url()

    @property
    def debug(self) -> list[Fact]:
        data = self.line.debug
        return [self._fact(name, text, f"debugContext.debugData.{name}") for name, text in data.items()]

    @property
    def request_line(self) -> str:
        """`POST /scim/v2/Users`, if it was one of HTTP."""
        data = self.line.debug
        return " ".join(part for part in (data.get("httpMethod"), data.get("requestUri")) if part)

    @property
    def addresses(self) -> list[str]:
        """From the client on, over its proxies."""
        chain = (self.line.document.get("request") or {}).get("ipChain") or []
        return [str(one["ip"]) for one in chain]

    @cached_property
    def attempts(self) -> Sequence[Attempt]:
        """Those of the same transaction, on the target that the event names."""
        event = self.line.event
        if not event.target_id or not (event.user_id or event.group_id):
            return ()
        whose = {"user_id": event.user_id} if event.user_id else {"group_id": event.group_id}
        replicas = Replica.objects.of_tenant(self.tenant).filter(target_id=event.target_id, **whose)
        found = Attempt.objects.filter(replica__in=replicas, transaction_id=event.transaction_id)
        return list(found.newest_first()[:ATTEMPTS])

    @property
    def as_filter(self) -> str:
        """That finds events of its kind."""
        return f'eventType eq "{self.line.event.event_type}" and outcome.result eq "{self.line.event.result}"'

    def _here(self, *, tab: str) -> str:
        if self.alone:
            return f"{reverse('event', args=[self.line.event.uuid])}?tab={tab}"
        return self.state.but(event=str(self.line.event.uuid), tab="" if tab == TABS[0] else tab).url()

    def _bare(self) -> State:
        """The page as it is looked at, without what it is narrowed by."""
        return State(columns=self.state.columns, zone=self.state.zone)

    def _all_of(self, field: str, value: str) -> str:
        return self._bare().but(range="90d", chips=(Chip(field, value),)).url()

    def _fact(self, label: str, text: str, field: str, value: str = "", note: str = "") -> Fact:
        chip = Chip(field, value or text)
        if not chip.is_known:
            return Fact(label, text, note)
        shut = self.state.but(event="", tab="")
        out = shut.with_chip(replace(chip, out=True))
        return Fact(label, text, note, url=shut.with_chip(chip).url(), out_url=out.url())
