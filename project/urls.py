"""Which door is behind which URL."""

from django.contrib import admin
from django.urls import include, path

from project import health

urlpatterns = [
    path("scim/v2", include("scim.urls")),
    path("api/", include("api.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("dashboard.urls")),
]
handler400 = "project.errors.bad_request"
handler404 = "project.errors.not_found"
handler500 = "project.errors.broken"
