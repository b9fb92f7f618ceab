"""Many changes in one request (RFC 7644, 3.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from scim.bulk.executing import Outcome, Run
from scim.bulk.reading import BULK_REQUEST, read_bulk
from scim.bulk.rendering import bulk_response
from scim.refusals import note_refused_write
from scim.results import refused_in
from scim.views.base import ScimView, message_in, scim_json


class BulkView(ScimView):
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bulk = read_bulk(message_in(self.load_body(request.body), BULK_REQUEST))
        run = Run(bulk, request)
        for outcome in run.steps():
            # At once: whatever breaks later, this was refused.
            note_outcome(request, outcome)
        outcomes = with_results(run.outcomes_as_sent(), request)
        return scim_json(bulk_response(outcomes, request))


def with_results(outcomes: list[Outcome], request: HttpRequest) -> list[Outcome]:
    """What targets have refused stands at the operations that it came from."""
    refused = refused_in(request)
    results = []
    for outcome in outcomes:
        error = None if outcome.refused else refused.get(outcome.target or "")
        results.append(replace(outcome, refused=error, status=error.status) if error else outcome)
        if error:
            note_outcome(request, results[-1])
    return results


def note_outcome(request: HttpRequest, outcome: Outcome) -> None:
    """A refused operation is noted as the single request would be that it stands for."""
    if outcome.refused:
        base = reverse("scim:bulk").removesuffix("/Bulk")
        path = base + outcome.operation.path
        note_refused_write(request, outcome.refused, method=outcome.operation.method, path=path)
