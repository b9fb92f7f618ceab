"""Whether nobody touched the log: the page, a verification on request, what auditors take with them."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from audit import checkpoints, witnesses
from audit.integrity import lockstep_verify
from audit.integrity.rounds import ask
from audit.integrity.standing import standing_of
from audit.models import Checkpoint, Head
from audit.proofs import NoProof, proof_of
from audit.reading import events_of
from dashboard.access import StaffRequest, acting_only, actor_of, operator_page
from dashboard.paging import keyset

SIZE = 20


@operator_page
def integrity(request: StaffRequest) -> HttpResponse:
    """htmx asks for the moving part again and again, until it moves no more."""
    tenant_id = request.tenant.id
    head = Head.objects.filter(tenant_id=tenant_id).first()
    context: dict[str, Any] = {"standing": standing_of(tenant_id), "head": head}
    if request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request:
        return render(request, "integrity/_standing.html", context)
    rows = Checkpoint.objects.filter(tenant_id=tenant_id)
    context |= {
        "page": keyset(rows, request.GET, by="-seq", size=SIZE),
        "keys": checkpoints.verifiers(),
        "witnesses": witnesses.standing_of(tenant_id),
    }
    return render(request, "integrity/page.html", context)


@require_POST
@operator_page
@acting_only
def verify(request: StaffRequest) -> HttpResponse:
    ask(request.tenant.id, by=actor_of(request))
    return redirect("integrity")


@operator_page
def note(request: StaffRequest, seq: int) -> HttpResponse:
    """A checkpoint as a file."""
    checkpoint = get_object_or_404(Checkpoint, tenant_id=request.tenant.id, seq=seq)
    return _file(checkpoint.note, f"checkpoint-{seq}.note", "text/plain; charset=utf-8")


@operator_page
def proof(request: StaffRequest, event_uuid: uuid.UUID) -> HttpResponse:
    event = get_object_or_404(events_of(request.tenant.id), uuid=event_uuid)
    try:
        text = json.dumps(proof_of(event), indent=1, ensure_ascii=False) + "\n"
    except NoProof as error:
        messages.error(request, str(error))
        return redirect("event", event_uuid)
    return _file(text, f"proof-{event_uuid}.json", "application/json")


@operator_page
def verifier(request: StaffRequest) -> HttpResponseBase:
    """The program that verifies proofs anywhere."""
    path = Path(lockstep_verify.__file__)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/x-python")


def _file(text: str, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
