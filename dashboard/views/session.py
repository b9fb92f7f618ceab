"""Signing in and out, and choosing the tenant to work in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from dashboard.access import SESSION_KEY
from dashboard.forms import TenantChoice
from dashboard.sessions import log_failed_sign_in, log_sign_in, log_sign_out
from tenants.models import Operator
from tenants.requests import client_of


class SignIn(LoginView):
    template_name = "session/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        log_sign_in(form.get_user(), client_of(self.request))
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        log_failed_sign_in(form.cleaned_data.get("username", ""), client_of(self.request))
        return super().form_invalid(form)


class SignOut(LogoutView):
    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            log_sign_out(request.user, client_of(request))
        return super().post(request, *args, **kwargs)


@require_POST
@login_required
def choose_tenant(request: HttpRequest) -> HttpResponse:
    """To the overview: what the page before showed belongs to the other tenant."""
    tenant_id = TenantChoice(request.POST).chosen()
    operator = get_object_or_404(Operator, user=request.user, tenant=tenant_id)
    request.session[SESSION_KEY] = str(operator.tenant_id)
    return redirect("overview")
