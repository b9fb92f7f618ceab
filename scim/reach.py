"""What a credential of one user reaches: that user, as long as the user is not deactivated."""

from __future__ import annotations

from typing import Any

from scim.errors import ScimError


def require_active(request: Any, active: bool | None) -> None:
    """Whom the identity provider has shut out must not let itself in again. Raises ScimError (403)."""
    if request.bound_to is not None and active is False:
        sentence = "The user that the credential speaks for is deactivated: activate the user first."
        raise ScimError(403, sentence)
