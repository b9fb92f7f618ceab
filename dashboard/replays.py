"""Replays as pages show them: asking for one, a sample of it, and what holds it up."""

from __future__ import annotations

from django import forms

from downstream.models import Replay, Replica, ReplicaQuerySet, Target
from downstream.models.replays import MOST_PER_SECOND
from downstream.replay_jobs.ends import under_way
from downstream.replays import LONGEST_REASON

SAMPLE = 10


class ReplayForm(forms.Form):
    """Why, and how fast."""

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label="Reason",
        help_text="For those who read the log later: what was mended, and who asked for it.",
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )
    rate = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_PER_SECOND,
        label="At most so many a second",
        help_text="Empty: as fast as the targets take them.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


def sample(replicas: ReplicaQuerySet) -> list[Replica]:
    """The first ones, to be previewed one by one."""
    return list(replicas.select_related("target", "user", "group").order_by("id")[:SAMPLE])


def held_targets(job: Replay) -> list[Target]:
    """Those that take no calls at the moment, though the job has made something due there."""
    due = under_way(job).order_by().values("target")
    return [target for target in Target.objects.filter(id__in=due).order_by("name") if not target.takes_calls]
