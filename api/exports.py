"""Exports of one tenant's log."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from api.serializers import Strict
from audit import exports
from audit.exports import Selection, count_of, download_response, start_export
from audit.formats import FORMATS
from audit.models import Export, ExportQuerySet
from tenants.models import Scope


class ExportSerializer(serializers.ModelSerializer[Export]):
    """`total` events in all, of which `done` are written; `size` in bytes."""

    content = serializers.SerializerMethodField()
    by = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = (
            "id",
            "format",
            "selection",
            "by",
            "state",
            "total",
            "done",
            "size",
            "sha256",
            "content",
            "created_at",
            "finished_at",
            "expires_at",
        )

    def get_content(self, export: Export) -> str | None:
        """Where the file is, once it is ready."""
        path = reverse("api:export-content", args=[export.id])
        request: Request = self.context["request"]
        return request.build_absolute_uri(path) if export.is_ready else None

    def get_by(self, export: Export) -> str:
        return str(export.actor["name"])


class Question(Strict):
    """Which events: as `GET /api/v1/logs` takes it, but without a default for the time."""

    filter = serializers.CharField(required=False, allow_blank=True)
    q = serializers.CharField(required=False, allow_blank=True)
    since = serializers.CharField(required=False, allow_blank=True)
    until = serializers.CharField(required=False, allow_blank=True)


class NewExport(Question):
    format = serializers.ChoiceField(choices=list(FORMATS))


class ExportPages(CursorPagination):
    ordering = ("-created_at", "-id")
    page_size = 50


class Exports(ListAPIView[Export]):
    scope: ClassVar[Scope] = Scope.LOGS_READ
    serializer_class = ExportSerializer
    pagination_class = ExportPages

    def get_queryset(self) -> ExportQuerySet:
        return Export.objects.of_tenant(tenant_of(self.request).id)

    def post(self, request: Request) -> Response:
        """A small one is ready when this answers."""
        asked = NewExport(data=request.data)
        asked.is_valid(raise_exception=True)
        question = dict(asked.validated_data)
        form = question.pop("format")
        export = start_export(tenant_of(request).id, Selection(**question), format=form, by=actor_of(request))
        return Response(_told(request, export), status=status.HTTP_201_CREATED)


class ExportCounts(APIView):
    """How many events an export would hold now."""

    scope: ClassVar[Scope] = Scope.LOGS_READ

    def get(self, request: Request) -> Response:
        asked = Question(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        return Response({"events": count_of(tenant_of(request).id, Selection(**asked.validated_data))})


class OneExport(APIView):
    scope: ClassVar[Scope] = Scope.LOGS_READ

    def get(self, request: Request, export_id: uuid.UUID) -> Response:
        return Response(_told(request, _own(request, export_id)))


class StopExport(APIView):
    """What is written of it goes. 409 when it does not run."""

    scope: ClassVar[Scope] = Scope.LOGS_READ

    def post(self, request: Request, export_id: uuid.UUID) -> Response:
        export = _own(request, export_id)
        if not exports.stop(export, by=actor_of(request)):
            detail = f"The export is {export.get_state_display().lower()}: there is nothing to stop."
            return Response({"detail": detail}, status=status.HTTP_409_CONFLICT)
        return Response(_told(request, export))


class ExportContent(APIView):
    """The file. 409 when there is none, yet or any more."""

    scope: ClassVar[Scope] = Scope.LOGS_READ

    def get(self, request: Request, export_id: uuid.UUID) -> StreamingHttpResponse:
        export = _own(request, export_id)
        return download_response(export, tenant_of(request).name, by=actor_of(request))


def _told(request: Request, export: Export) -> dict[str, Any]:
    return dict(ExportSerializer(export, context={"request": request}).data)


def _own(request: Request, export_id: uuid.UUID) -> Export:
    return get_object_or_404(Export.objects.of_tenant(tenant_of(request).id), id=export_id)
