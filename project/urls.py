"""Which door is behind which URL."""

from django.contrib import admin
from django.urls import include, path

from dashboard.views import session
from project import health

urlpatterns = [
    path("scim/v2", include("scim.urls")),
    path("api/", include("api.urls")),
    # In front of Django's own, which no log hears of.
    path("admin/login/", session.AdministrationSignIn.as_view()),
    path("admin/password_change/", session.AdministrationPassword.as_view()),
    path("admin/logout/", session.SignOut.as_view()),
    path("admin/", admin.site.urls),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("dashboard.urls")),
]
handler400 = "project.errors.bad_request"
handler404 = "project.errors.not_found"
handler500 = "project.errors.broken"
