"""The floor answers where the real application does."""

from django.urls import path

from bench.floor.views import create

urlpatterns = [path("scim/v2/Users", create)]
