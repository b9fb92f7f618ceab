"""Streams of one tenant's log: adding, reading, changing, trying, rewinding and removing them."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from api.serializers import LARGEST_ID, Strict
from downstream.models import LogStream, StreamQuerySet
from downstream.streams.configuring import secret_fields
from downstream.streams.keeping import (
    add_stream,
    change_stream,
    made_for,
    remove_stream,
    rewind,
    try_stream,
)
from tenants.models import Scope


class StreamSerializer(serializers.ModelSerializer[LogStream]):
    """`cursor` is the place in the log up to which all has arrived. Of secrets only the names are told."""

    secret_fields = serializers.SerializerMethodField()

    def get_secret_fields(self, stream: LogStream) -> list[str]:
        return sorted(secret_fields(stream.kind))

    class Meta:
        model = LogStream
        fields = (
            "id",
            "name",
            "kind",
            "enabled",
            "event_types",
            "config",
            "secret_fields",
            "revision",
            "cursor",
            "delivered",
            "delivered_at",
            "set_aside",
            "failures",
            "trouble_class",
            "trouble",
            "trouble_since",
            "resume_at",
            "created_at",
        )


def _types() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), required=False)


class NewStream(Strict):
    name = serializers.CharField()
    kind = serializers.CharField()
    config = serializers.DictField()
    event_types = _types()
    from_start = serializers.BooleanField(required=False)


class StreamChanges(Strict):
    """What is left out stays. `revision` is that which was read."""

    revision = serializers.IntegerField(required=False, min_value=1)
    name = serializers.CharField(required=False)
    config = serializers.DictField(required=False)
    event_types = _types()
    enabled = serializers.BooleanField(required=False)


class Place(Strict):
    """Behind which event it goes on: 0 is the beginning of the log."""

    to = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)


class StreamPages(CursorPagination):
    ordering = ("name", "id")
    page_size = 100


class Streams(ListAPIView[LogStream]):
    scope: ClassVar[Scope] = Scope.MANAGE
    serializer_class = StreamSerializer
    pagination_class = StreamPages

    def get_queryset(self) -> StreamQuerySet:
        return LogStream.objects.of_tenant(tenant_of(self.request))

    def post(self, request: Request) -> Response:
        """`made` tells, this once, what was made for it and not sent, such as a signing secret."""
        asked = NewStream(data=request.data)
        asked.is_valid(raise_exception=True)
        stream = add_stream(tenant_of(request), **asked.validated_data, by=actor_of(request))
        stream.refresh_from_db()
        made = made_for(stream, asked.validated_data["config"])
        return Response({**_told(stream), "made": made}, status=201)


class OneStream(APIView):
    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, stream_id: uuid.UUID) -> Response:
        return Response(_told(_own(request, stream_id)))

    def patch(self, request: Request, stream_id: uuid.UUID) -> Response:
        asked = StreamChanges(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = change_stream(_own(request, stream_id), **asked.validated_data, by=actor_of(request))
        return Response(_told(changed))

    def delete(self, request: Request, stream_id: uuid.UUID) -> Response:
        remove_stream(_own(request, stream_id), by=actor_of(request))
        return Response(status=204)


class StreamTests(APIView):
    """Sends a test about nobody; takes as long as the receiver takes, ten seconds at most."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def post(self, request: Request, stream_id: uuid.UUID) -> Response:
        try_stream(_own(request, stream_id), by=actor_of(request))
        return Response({"sent": True})


class Rewinds(APIView):
    """What lies behind the place is told again, under the same uuids."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def post(self, request: Request, stream_id: uuid.UUID) -> Response:
        asked = Place(data=request.data)
        asked.is_valid(raise_exception=True)
        stream = rewind(_own(request, stream_id), to=asked.validated_data["to"], by=actor_of(request))
        return Response(_told(stream))


def _told(stream: LogStream) -> dict[str, Any]:
    return dict(StreamSerializer(stream).data)


def _own(request: Request, stream_id: uuid.UUID) -> LogStream:
    return get_object_or_404(LogStream.objects.of_tenant(tenant_of(request)), id=stream_id)
