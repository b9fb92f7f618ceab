"""Signing in and out, and choosing the tenant to work in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from dashboard.access import SESSION_KEY
from dashboard.forms import TenantChoice
from dashboard.sessions import (
    log_administration_opened,
    log_failed_sign_in,
    log_sign_in,
    log_sign_out,
    log_tenant_chosen,
)
from tenants.actors import staff_actor
from tenants.changes import log_password
from tenants.guessing import is_locked
from tenants.models import Operator


class SignIn(LoginView):
    template_name = "session/sign_in.html"
    redirect_authenticated_user = True
    was_locked = False

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        self.was_locked = is_locked(request.POST.get("username", ""))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        log_sign_in(form.get_user(), self.request)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        name = form.cleaned_data.get("username", "")
        log_failed_sign_in(name, self.request, was_locked=self.was_locked, is_locked=is_locked(name))
        return super().form_invalid(form)


class AdministrationSignIn(SignIn):
    """The door of Django's admin; who is signed in and may not go there is asked again."""

    authentication_form = AdminAuthenticationForm
    next_page = "admin:index"
    redirect_authenticated_user = False

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        log_administration_opened(form.get_user(), self.request)
        return response


class AdministrationPassword(PasswordChangeView):
    """One's own, in the administration."""

    form_class = AdminPasswordChangeForm
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return {**super().get_context_data(**more), **admin.site.each_context(self.request)}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        log_password(form.user, by=staff_actor(form.user, self.request))
        return response


class SignOut(LogoutView):
    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            log_sign_out(request.user, request)
        return super().post(request, *args, **kwargs)


@require_POST
@login_required
def choose_tenant(request: HttpRequest) -> HttpResponse:
    """To the overview: what the page before showed belongs to the other tenant."""
    tenant_id = TenantChoice(request.POST).chosen()
    operator = get_object_or_404(Operator, user=request.user, tenant=tenant_id)
    request.session[SESSION_KEY] = str(operator.tenant_id)
    log_tenant_chosen(operator, request)
    return redirect("overview")
