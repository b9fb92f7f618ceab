"""Replays: starting, watching and steering them; and the failure groups that they are started from."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from api.serializers import LARGEST_ID, Strict
from downstream.failures import MOST, failing_groups
from downstream.models import FailureGroup, Replay
from downstream.replay_jobs import approve, decline, progress_of, resume, start_replay, stop
from downstream.replay_jobs.expectations import expected
from downstream.replays import LONGEST_REASON, replay
from downstream.selections import MOST_IDS, Selection, select
from tenants.models import Scope, Tenant

SAMPLE = 10


class ReplayRequest(Strict):
    """Either the ids of replicas, which are replayed at once, or a selection, which becomes a job."""

    replicas = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        allow_empty=False,
        max_length=MOST_IDS,
        required=False,
    )
    selection = serializers.DictField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_REASON, default="")
    rate = serializers.IntegerField(required=False, allow_null=True, default=None)
    dry_run = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("replicas" in attrs) == ("selection" in attrs):
            raise serializers.ValidationError("Give either replicas or a selection; {} selects all failures.")
        return attrs


class ReplaySerializer(serializers.ModelSerializer[Replay]):
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Replay
        fields = (
            "id",
            "state",
            "words",
            "selection",
            "reason",
            "rate",
            "actor",
            "approved_by",
            "closed_by",
            "created_at",
            "finished_at",
            "progress",
        )

    def get_progress(self, job: Replay) -> dict[str, Any]:
        return progress_of(job).as_json()


class FailureGroupSerializer(serializers.ModelSerializer[FailureGroup]):
    target = serializers.CharField(source="target.name")
    meaning = serializers.CharField(source="advice.cause")
    advice = serializers.CharField(source="advice.remedy")
    count = serializers.SerializerMethodField()

    class Meta:
        model = FailureGroup
        fields = (
            "id",
            "target",
            "error_class",
            "attribute",
            "cause",
            "example",
            "meaning",
            "advice",
            "count",
            "first_at",
            "last_at",
        )

    def get_count(self, group: FailureGroup) -> int:
        """As far as 10,000."""
        return min(MOST, int(vars(group)["number"]))


class ReplayPages(CursorPagination):
    ordering = ("-created_at", "-id")
    page_size = 50


class FailureGroupPages(CursorPagination):
    ordering = ("-last_at", "-id")
    page_size = 50


class FailureGroups(ListAPIView[FailureGroup]):
    """Those that have failures now."""

    scope: ClassVar[Scope] = Scope.MANAGE
    serializer_class = FailureGroupSerializer
    pagination_class = FailureGroupPages

    def get_queryset(self) -> QuerySet[FailureGroup]:
        return failing_groups(tenant_of(self.request))


class Replays(ListAPIView[Replay]):
    """Ids of others are passed over and not counted."""

    scope: ClassVar[Scope] = Scope.MANAGE
    serializer_class = ReplaySerializer
    pagination_class = ReplayPages

    def get_queryset(self) -> QuerySet[Replay]:
        return Replay.objects.of_tenant(tenant_of(self.request))

    def post(self, request: Request) -> Response:
        body = ReplayRequest(data=request.data)
        body.is_valid(raise_exception=True)
        asked, tenant = body.validated_data, tenant_of(request)
        selection = select(tenant, asked.get("selection") or {"replicas": asked.get("replicas")})
        if asked["dry_run"]:
            return Response(_outlook(tenant, selection))
        if "replicas" in asked:
            count = replay(selection.of(tenant), by=actor_of(request), reason=asked["reason"])
            return Response({"replayed": count}, status=status.HTTP_202_ACCEPTED)
        job = start_replay(
            tenant, selection, by=actor_of(request), reason=asked["reason"], rate=asked["rate"]
        )
        if job is None:
            return Response({"selected": 0})
        return Response(ReplaySerializer(job).data, status=status.HTTP_202_ACCEPTED)


def _outlook(tenant: Tenant, selection: Selection) -> dict[str, Any]:
    """`sample` are ids that `/replicas/<id>/preview` tells more of."""
    replicas = selection.of(tenant)
    targets = expected(replicas)
    return {
        "selected": sum(target.total for target in targets),
        "targets": [target.as_json() for target in targets],
        "sample": list(replicas.order_by("id").values_list("id", flat=True)[:SAMPLE]),
    }


class OneReplay(APIView):
    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, replay_id: uuid.UUID) -> Response:
        return Response(ReplaySerializer(_own(request, replay_id)).data)


class SteerReplay(APIView):
    """`POST .../stop` and the like: 409 when it does not stand so that this can be done."""

    scope: ClassVar[Scope] = Scope.MANAGE
    step: Callable[..., bool] = stop

    def post(self, request: Request, replay_id: uuid.UUID) -> Response:
        job = _own(request, replay_id)
        if not type(self).step(job, by=actor_of(request)):
            detail = f"The replay is {job.get_state_display().lower()}: this can't be done now."
            return Response({"detail": detail}, status=status.HTTP_409_CONFLICT)
        return Response(ReplaySerializer(job).data)


class StopReplay(SteerReplay):
    step = stop


class ResumeReplay(SteerReplay):
    step = resume


class ApproveReplay(SteerReplay):
    step = approve


class DeclineReplay(SteerReplay):
    step = decline


def _own(request: Request, replay_id: uuid.UUID) -> Replay:
    own = Replay.objects.of_tenant(tenant_of(request)).select_related("tenant")
    return get_object_or_404(own, id=replay_id)
