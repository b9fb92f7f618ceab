"""Replays of many: what would be replayed, the page of a job, and what people do with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from dashboard.access import StaffRequest, acting_only, actor_of, operator_page
from dashboard.failures import FailureFilter
from dashboard.pages import show_list
from dashboard.paging import keyset
from dashboard.replays import ReplayForm, held_targets, sample
from downstream.models import Replay
from downstream.refusals import Refusal
from downstream.replay_jobs import approve, decline, progress_of, resume, start_replay, stop
from downstream.replay_jobs.expectations import expected
from downstream.selections import in_words


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    page = keyset(Replay.objects.of_tenant(request.tenant), request.GET, by="-created_at")
    jobs = [(job, progress_of(job)) for job in page.rows]
    return show_list(request, "replays", {"page": page, "jobs": jobs})


@operator_page
@acting_only
def prepare(request: StaffRequest) -> HttpResponse:
    """What would be replayed; with a reason it begins."""
    chosen = FailureFilter(request.GET, tenant=request.tenant)
    if chosen.is_wider_than_asked:
        messages.error(request, "What was to be replayed is not there any more: choose again.")
        return redirect("failures")
    form = ReplayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        job = start_replay(request.tenant, chosen.selection, by=actor_of(request), **form.cleaned_data)
        if job:
            return redirect("replay-job", job.id)
    replicas = chosen.selection.of(request.tenant)
    targets, over = expected(replicas), request.tenant.replay_approval_over
    total = sum(target.total for target in targets)
    context = {
        "form": form,
        "words": in_words(chosen.selection, request.tenant),
        "targets": targets,
        "total": total,
        "sample": sample(replicas),
        "approval_over": over,
        "needs_approval": over is not None and total > over,
        "back": urlencode(chosen.asked),
    }
    return render(request, "replays/new.html", context)


@operator_page
def detail(request: StaffRequest, job_id: uuid.UUID) -> HttpResponse:
    """htmx asks for the moving part again and again, until it moves no more."""
    job = _job(request, job_id)
    context = {
        "job": job,
        "progress": progress_of(job),
        "started_it": job.was_started_by(actor_of(request)),
        "held": held_targets(job),
    }
    return render(request, "replays/_job.html" if request.htmx else "replays/detail.html", context)


@require_POST
@operator_page
@acting_only
def stop_job(request: StaffRequest, job_id: uuid.UUID) -> HttpResponse:
    return _steer(request, job_id, stop, "The replay is stopped.")


@require_POST
@operator_page
@acting_only
def resume_job(request: StaffRequest, job_id: uuid.UUID) -> HttpResponse:
    return _steer(request, job_id, resume, "The replay goes on.")


@require_POST
@operator_page
@acting_only
def approve_job(request: StaffRequest, job_id: uuid.UUID) -> HttpResponse:
    return _steer(request, job_id, approve, "The replay is approved and begins.")


@require_POST
@operator_page
@acting_only
def decline_job(request: StaffRequest, job_id: uuid.UUID) -> HttpResponse:
    return _steer(request, job_id, decline, "The replay is declined.")


def _steer(request: StaffRequest, job_id: uuid.UUID, step: Callable[..., bool], done: str) -> HttpResponse:
    job = _job(request, job_id)
    try:
        if step(job, by=actor_of(request)):
            messages.success(request, done)
        else:
            messages.error(request, "Somebody was quicker: this is how it stands now.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("replay-job", job_id)


def _job(request: StaffRequest, job_id: uuid.UUID) -> Replay:
    return get_object_or_404(Replay.objects.of_tenant(request.tenant).select_related("tenant"), id=job_id)
