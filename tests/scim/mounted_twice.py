"""Routes for a test: SCIM under two addresses at once."""

from django.urls import include, path

urlpatterns = [
    path("scim/v2", include("scim.urls")),
    path("other/scim", include("scim.urls", namespace="other")),
]
