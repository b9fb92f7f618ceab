"""Who may read the log, by Okta's rules and errors: 403 without a token, 401 with a bad one."""

from __future__ import annotations

from rest_framework.request import Request

from api.authentication import TokenAuthentication
from api.logs.errors import bad_token, no_permission, no_token
from tenants.authentication import NothingSent, Refused, WrongScope
from tenants.models import Credential


class LogAuthentication(TokenAuthentication):
    def authenticate(self, request: Request) -> tuple[None, Credential]:
        try:
            return None, self.credential(request)
        except NothingSent as refused:
            raise no_token(str(refused)) from refused
        except WrongScope as refused:
            raise no_permission(str(refused)) from refused
        except Refused as refused:
            raise bad_token(str(refused)) from refused
