"""SCIM's routes, under django-scim2's names; written by hand, each behind the auth check."""

from __future__ import annotations

from django.urls import re_path

from scim.views import base, bulk, discovery, entitlements, me, resources, searching

app_name = "scim"

# Below `/scim/v2`. A slash at the end is tolerated: a redirect would turn a POST into a GET.
urlpatterns = [
    re_path(r"^/Users/\.search/?$", searching.UserSearchView.as_view(), name="users-search"),
    re_path(r"^/Users(?:/(?P<uuid>[^/]+))?/?$", resources.UsersView.as_view(), name="users"),
    re_path(r"^/Groups/\.search/?$", searching.GroupSearchView.as_view(), name="groups-search"),
    re_path(r"^/Groups(?:/(?P<uuid>[^/]+))?/?$", resources.GroupsView.as_view(), name="groups"),
    re_path(
        r"^/ServiceProviderConfig/?$",
        discovery.ServiceProviderConfigView.as_view(),
        name="service-provider-config",
    ),
    re_path(
        r"^/ResourceTypes(?:/(?P<uuid>[^/]+))?/?$",
        discovery.ResourceTypesView.as_view(),
        name="resource-types",
    ),
    re_path(r"^/Schemas(?:/(?P<uuid>[^/]+))?/?$", discovery.SchemasView.as_view(), name="schemas"),
    re_path(r"^/\.search/?$", searching.RootSearchView.as_view(), name="search"),
    re_path(r"^/Me/?$", me.MeView.as_view(), name="me"),
    re_path(r"^/Bulk/?$", bulk.BulkView.as_view(), name="bulk"),
    # A tenant's own types of entitlements are beside /Roles and /Entitlements. Values may hold slashes.
    re_path(
        r"^/(?P<kind>[A-Z][A-Za-z0-9]*)s/\.search/?$",
        searching.EntitlementSearchView.as_view(),
        name="entitlements-search",
    ),
    re_path(
        r"^/(?P<kind>[A-Z][A-Za-z0-9]*)s(?:/(?P<uuid>.+?))?/?$",
        entitlements.EntitlementsView.as_view(),
        name="entitlements",
    ),
    re_path(r"^(?:/.*)?$", base.NotFoundView.as_view(), name="root"),
]
