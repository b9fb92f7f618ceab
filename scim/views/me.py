"""The user that the credential speaks for, under the name of /Me (RFC 7644, 3.11)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from scim.errors import ScimError
from scim.views.resources import UsersView


class MeView(UsersView):
    """Does what /Users/{id} does, and says that this is where the user is for good."""

    of_all: tuple[str, ...] = ("get", "head", "put", "patch", "delete", "options")

    def check_reach(self, request: Any) -> None:
        """RFC 7644, 3.11: 501 where there is no such thing. Raises ScimError."""
        if request.bound_to is None:
            sentence = (
                "The credential speaks for a tenant, not for one user, so there is no /Me. "
                "Use /Users, or a credential that was created with `create_credential --user`."
            )
            raise ScimError(501, sentence)
        self.kwargs["uuid"] = str(request.bound_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get_single(request)
