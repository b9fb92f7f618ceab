"""Extensions of a tenant's schema: attributes that its users and groups have beside the core."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from directory.extensions import Extension
from directory.services import change_extension, define_extension, delete_extension
from lib.schema import Schema
from lib.schema.definitions import read_definition
from tenants.models import Scope


class Extensions(APIView):
    """All of them, as there are few; and a new one."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request) -> Response:
        own = Extension.objects.filter(tenant=tenant_of(request)).order_by("created_at", "id")
        return Response([shown(extension) for extension in own])

    def post(self, request: Request) -> Response:
        resource, schema = definition_in(request)
        if resource not in Extension.Resource.values:
            raise ValidationError({"resource": ["Choose User or Group."]})
        extension = define_extension(tenant_of(request), resource, schema, by=actor_of(request))
        return Response(shown(extension), status=201)


class OneExtension(APIView):
    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, extension_id: uuid.UUID) -> Response:
        return Response(shown(own_extension(request, extension_id)))

    def put(self, request: Request, extension_id: uuid.UUID) -> Response:
        """The whole definition; `resource` may be left out, and stays."""
        extension = own_extension(request, extension_id)
        resource, schema = definition_in(request)
        if resource not in (None, extension.resource):
            raise ValidationError({"resource": [f"It stays {extension.resource}: define another extension."]})
        return Response(shown(change_extension(extension, schema, by=actor_of(request))))

    def delete(self, request: Request, extension_id: uuid.UUID) -> Response:
        delete_extension(own_extension(request, extension_id), by=actor_of(request))
        return Response(status=204)


def own_extension(request: Request, extension_id: uuid.UUID) -> Extension:
    """The tenant's. Raises Http404."""
    found: Extension = get_object_or_404(Extension, tenant=tenant_of(request), id=extension_id)
    return found


def definition_in(request: Request) -> tuple[Any, Schema]:
    """What it is for, if that is said, and the definition. `id` is ours, and may come back as it went out."""
    sent = request.data
    if not isinstance(sent, dict):
        raise ValidationError({"definition": ["Send an object with resource, urn, name and attributes."]})
    definition = {name: value for name, value in sent.items() if name not in {"id", "resource"}}
    return sent.get("resource"), read_definition(definition)


def shown(extension: Extension) -> dict[str, Any]:
    return {
        "id": str(extension.id),
        "resource": extension.resource,
        "urn": extension.urn,
        "name": extension.name,
        "description": extension.description,
        "attributes": extension.attributes,
    }
