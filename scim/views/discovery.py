"""What clients can find out about this server (RFC 7644, 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django_scim import views as base

from directory.schemas import group_schema, user_schema
from lib.documents import Document
from scim import discovery
from scim.entitlements import published_schemas, published_types
from scim.errors import ScimError
from scim.hooks import tenant_of
from scim.lists import list_response
from scim.views.base import ScimView, scim_json


class DiscoveryView(ScimView):
    def check_reach(self, request: HttpRequest) -> None:
        """Open to every credential."""


class ServiceProviderConfigView(DiscoveryView, base.ServiceProviderConfigView): ...


class ResourceTypesView(DiscoveryView, base.ResourceTypesView):
    def get(self, request: HttpRequest, uuid: str | None = None, *args: Any, **kwargs: Any) -> HttpResponse:
        types = self.type_dict_by_type_id(request)
        return answer_discovery({**types, **published_types(request)}, uuid)


class SchemasView(DiscoveryView, base.SchemasView):
    def get(self, request: HttpRequest, uuid: str | None = None, *args: Any, **kwargs: Any) -> HttpResponse:
        tenant = tenant_of(request)
        schemas = discovery.published_schemas(user_schema(tenant), group_schema(tenant))
        found = {
            schema["id"]: discovery.with_meta(schema, "Schema", "scim:schemas", request) for schema in schemas
        }
        return answer_discovery({**found, **published_schemas(request)}, uuid)


def answer_discovery(documents: Mapping[str, Document], key: str | None) -> HttpResponse:
    """All of them, or the one that is asked for; neither is paged or filtered (RFC 7644, 4)."""
    if key is None:
        return scim_json(list_response(list(documents.values()), total=len(documents), start=1))
    if key not in documents:
        raise ScimError(404, f"There is no {key[:200]} here: ask without it for the list of all.")
    return scim_json(documents[key])
