"""A new signing secret for a target: asked for once more, then told this once."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from dashboard.access import StaffRequest, actor_of, defining_only, operator_page
from downstream.models import Target
from downstream.refusals import Refusal
from downstream.rotations import KEEP, LONGEST_KEEP, rotate_secret


class RotationForm(forms.Form):
    keep_hours = forms.IntegerField(
        label="Hours for which the old secret signs beside the new one",
        min_value=0,
        max_value=int(LONGEST_KEEP / timedelta(hours=1)),
        initial=int(KEEP / timedelta(hours=1)),
        help_text="Time to bring the new secret to the receivers. 0 if the old one has leaked.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def rotate(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    form = RotationForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"target": target, "form": form}
    if form.is_valid():
        keep = timedelta(hours=form.cleaned_data["keep_hours"])
        try:
            context["secret"] = rotate_secret(target, keep=keep, by=actor_of(request))
        except Refusal as refusal:
            return render(request, "error.html", {"status": 409, "sentence": str(refusal)}, status=409)
    return render(request, "signing/rotate.html", context, status=400 if form.errors else 200)
