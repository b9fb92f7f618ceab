"""Whether nobody touched the log: what verification says, checkpoints, proofs."""

from __future__ import annotations

import uuid
from datetime import datetime
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
from audit import checkpoints, witnesses
from audit.integrity.rounds import ask
from audit.integrity.standing import standing_of
from audit.models import Checkpoint, Head, Verification
from audit.proofs import proof_of
from audit.reading import events_of
from lib.moments import utc_text
from tenants.models import Scope


class CheckpointSerializer(serializers.ModelSerializer[Checkpoint]):
    """`note` is a C2SP signed note: the origin, `seq`, the chain there in base64, the time."""

    class Meta:
        model = Checkpoint
        fields = ("seq", "made_at", "note")


class CheckpointPages(CursorPagination):
    ordering = "-seq"
    page_size = 100


class Integrity(APIView):
    """`state` is unverified, intact or broken; `findings` name the events."""

    scope: ClassVar[Scope] = Scope.LOGS_READ

    def get(self, request: Request) -> Response:
        tenant_id = tenant_of(request).id
        standing = standing_of(tenant_id)
        newest = checkpoints.latest(tenant_id)
        return Response(
            {
                "state": standing.state,
                "verified_at": _time(standing.verified_at),
                "verified_seq": standing.seq,
                "findings": standing.findings,
                "under_way": _progress(standing.under_way),
                "head": _head(tenant_id),
                "keys": [str(verifier) for verifier in checkpoints.verifiers()],
                "checkpoint": CheckpointSerializer(newest).data if newest else None,
                "witnesses": [_witness(*pair) for pair in witnesses.standing_of(tenant_id)],
            }
        )


class Verifications(APIView):
    """Ask for a verification of the whole log; one that is under way will do."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def post(self, request: Request) -> Response:
        verification = ask(tenant_of(request).id, by=actor_of(request))
        return Response(_progress(verification), status=status.HTTP_202_ACCEPTED)


class Checkpoints(ListAPIView[Checkpoint]):
    """The newest first."""

    scope: ClassVar[Scope] = Scope.LOGS_READ
    serializer_class = CheckpointSerializer
    pagination_class = CheckpointPages

    def get_queryset(self) -> QuerySet[Checkpoint]:
        return Checkpoint.objects.filter(tenant_id=tenant_of(self.request).id)


class Proof(APIView):
    """The proof of an event, for `lockstep_verify.py`."""

    scope: ClassVar[Scope] = Scope.LOGS_READ

    def get(self, request: Request, event_uuid: uuid.UUID) -> Response:
        event = get_object_or_404(events_of(tenant_of(request).id), uuid=event_uuid)
        return Response(proof_of(event))


def _time(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None


def _head(tenant_id: uuid.UUID) -> dict[str, Any] | None:
    head = Head.objects.filter(tenant_id=tenant_id, seq__gt=0).first()
    if head is None:
        return None
    return {"seq": head.seq, "hash": bytes(head.hash).hex(), "sealed_at": _time(head.sealed_at)}


def _progress(verification: Verification | None) -> dict[str, Any] | None:
    if verification is None:
        return None
    return {
        "whole": verification.whole,
        "started_at": _time(verification.started_at),
        "first": verification.first,
        "seq": verification.seq,
        "verified": verification.count,
    }


def _witness(place: str, witness: Any) -> dict[str, Any]:
    """`error` stays with whoever runs Lockstep: it may name what tenants need not know."""
    return {
        "place": place,
        "seq": witness.seq if witness else 0,
        "told_at": _time(witness.told_at) if witness else None,
        "failures": witness.failures if witness else 0,
    }
