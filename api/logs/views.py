"""`GET /api/v1/logs`, one event of it, and what collectors ask before they begin."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.http import http_date
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import credential_of, tenant_of
from api.logs.authentication import LogAuthentication
from api.logs.errors import answer, invalid, no_such_address, no_such_event, too_many_requests, took_too_long
from api.logs.questions import Question, read_question
from api.logs.rates import Allowance, Rates
from api.logs.seen import Search, Seen
from audit.models import EventQuerySet
from audit.reading import events_of
from audit.search import Cursor, InvalidSearch, Kind, Page, Problem, before, end_of, narrow, poll, span
from lib.deadlines import TookTooLong, time_limit
from tenants.models import Scope

rates, seen = Rates(), Seen()
# Seconds; Okta's limit.
LONGEST = 30
BEYOND = (
    "The cursor is from behind the end of the log, which was restored from a backup: begin anew without it."
)


class AlwaysJson(BaseContentNegotiation):
    """Whatever a client says that it accepts."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> Any:
        first = next(iter(renderers))
        return first, first.media_type


class Paged(HttpResponse):
    """JSON with Link headers, each a line of its own: many clients read only one of them."""

    def __init__(self, body: str, links: Sequence[str]) -> None:
        super().__init__(body, content_type="application/json")
        self.links = links

    def items(self) -> Any:
        yield from super().items()
        for link in self.links:
            yield "Link", link


class OktaView(APIView):
    """Reads only, answers as Okta does, and tells at each answer how much more may be asked."""

    scope: ClassVar[Scope] = Scope.LOGS_READ
    authentication_classes = (LogAuthentication,)
    content_negotiation_class = AlwaysJson
    http_method_names = ("get",)
    allowance: Allowance | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.allowance = rates.take(credential_of(request).id)
        if self.allowance.refused:
            raise too_many_requests()

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        return answer

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        done = super().finalize_response(request, response, *args, **kwargs)
        allowed = self.allowance.headers if self.allowance else {}
        # Okta's clients reckon with the server's clock.
        about = {"Date": http_date(), "X-Okta-Request-Id": uuid.uuid4().hex}
        for name, value in (about | allowed).items():
            done.headers[name] = value
        return done


class Logs(OktaView):
    def get(self, request: Request) -> HttpResponse:
        tenant = tenant_of(request)
        question = read_question(request.query_params, tenant.id)
        page = _page(question)
        body = f"[{','.join(page.bodies)}]"
        return Paged(body, [*_links(request.build_absolute_uri(request.path), question, page)])


def _page(question: Question) -> Page:
    events = events_of(question.tenant_id)
    found = _narrowed(events, question)
    try:
        # What is not narrowed is read from an index, and needs no limit.
        with time_limit(LONGEST) if question.filter or question.q else nullcontext():
            return _read(events, found, question)
    except TookTooLong as error:
        raise took_too_long() from error


def _read(events: EventQuerySet, found: EventQuerySet, question: Question) -> Page:
    if not question.polls:
        return span(found, order=question.order, after=question.after, limit=question.size)
    if question.after is None:
        return poll(found, above=before(events, question.since), limit=question.size)
    return _poll(found, question, question.after)


def _poll(found: EventQuerySet, question: Question, after: Cursor) -> Page:
    """What the end is, is asked first: what comes while we look is not yet seen."""
    end = end_of(question.tenant_id)
    if after.seq > end:
        raise invalid(Problem("after", Kind.CURSOR, BEYOND))
    search = Search(question.tenant_id, question.filter, question.q, after.seq)
    page = poll(found, above=seen.place(search, end), limit=question.size)
    if page.end is None and question.size and (question.filter or question.q):
        seen.note(search, end)
    return page


def _narrowed(events: EventQuerySet, question: Question) -> EventQuerySet:
    """A poll is narrowed by when events became visible, which `before` looks up. Raises OktaError."""
    try:
        found = narrow(events, filter=question.filter, q=question.q)
    except InvalidSearch as error:
        problem = error.problems[0]
        raise invalid(problem, question.filter) from error
    if question.until is None:
        return found
    return found.filter(published__gte=question.since, published__lt=question.until)


def _links(address: str, question: Question, page: Page) -> Iterator[str]:
    """Who polls is done when `next` is `self` to the letter; who reads a span, when there is none."""
    yield f'<{address}?{question.query(question.after)}>; rel="self"'
    end = page.end or (question.after if question.polls else None)
    if end or question.polls:
        yield f'<{address}?{question.query(end)}>; rel="next"'


class OneEvent(OktaView):
    def get(self, request: Request, name: str) -> HttpResponse:
        try:
            wanted = uuid.UUID(name)
        except ValueError:
            raise no_such_event(name) from None
        body = events_of(tenant_of(request).id).filter(uuid=wanted).values_list("body", flat=True).first()
        if body is None:
            raise no_such_event(name)
        return HttpResponse(body, content_type="application/json")


class Organisation(OktaView):
    """Some collectors ask it whether they have come to the right place."""

    def get(self, request: Request) -> Response:
        tenant = tenant_of(request)
        return Response({"id": str(tenant.id), "subdomain": tenant.name, "status": "ACTIVE"})


class NoSuchAddress(OktaView):
    def get(self, request: Request, **rest: str) -> Response:
        raise no_such_address()
