"""Views of the log that operators keep, for themselves or for all who work in the tenant."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dashboard.access import StaffRequest, actor_of, operator_page
from dashboard.explorer.state import read_state
from dashboard.forms import ViewForm
from dashboard.pages import back
from tenants.changes import REMOVED, SAVED, log_view
from tenants.models import SavedView


@require_POST
@operator_page
def save(request: StaffRequest) -> HttpResponse:
    """Of the same name, it takes the place of the one that was. Only those who may act share with others."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        sentence = f"A view needs a name of at most {SavedView.NAME_LENGTH} characters."
        return render(request, "error.html", {"status": 400, "sentence": sentence}, status=400)
    state = read_state(QueryDict(form.cleaned_data["query"]))
    shared = form.cleaned_data["shared"] and request.operator.may_act
    view, _ = SavedView.objects.update_or_create(
        owner=request.operator,
        name=form.cleaned_data["name"],
        defaults={"query": state.kept, "shared": shared},
    )
    log_view(SAVED, view, by=actor_of(request))
    messages.success(request, f"The view {view.name} is saved.")
    return redirect(state.but(view=str(view.id), event="", tab="", live="").url())


@require_POST
@operator_page
def remove(request: StaffRequest, view_id: uuid.UUID) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.seen_by(request.operator), id=view_id)
    if not view.may_be_removed_by(request.operator):
        sentence = f"{view.name} belongs to {view.owner.user}: ask them, or an administrator, to remove it."
        return render(request, "error.html", {"status": 403, "sentence": sentence}, status=403)
    log_view(REMOVED, view, by=actor_of(request))
    view.delete()
    return back(request, "log", message=f"The view {view.name} is removed.")
