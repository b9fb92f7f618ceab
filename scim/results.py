"""Telling a client what a target has made of its change, where a target is waited for."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

from downstream.waiting import Refused, wait_for_targets
from scim.errors import ScimError
from scim.refusals import OPERATIONS


def require_result(request: HttpRequest) -> None:
    """Raises ScimError (502) if a target has refused the change for good; the change itself is kept.

    502, because the request was right and it was a system behind this one that failed. Okta shows `detail` in
    a task of its administrator and does not repeat the call by itself, which it would after a 429; a 409 it
    would take for a user who exists, a 404 for one who is gone. When the task is retried, a create does not
    end in "exists already": Okta looks for the userName first, finds the user that was saved, links it and
    pushes the profile by PUT. That PUT changes nothing here and is answered 200, while the failure stays on
    the failures page until it is replayed. When time is up the answer is the usual one: workers go on.
    """
    for refused in refused_in(request).values():
        raise refused


def refused_in(request: HttpRequest) -> Mapping[str, ScimError]:
    """What to answer instead, by the id of the resource. Waits."""
    if request.method not in OPERATIONS:
        return {}
    found = wait_for_targets(request.actor.transaction_id)  # type: ignore[attr-defined]  # set by the auth check
    return {str(refused.resource_id): _error(refused) for refused in found}


def _error(refused: Refused) -> ScimError:
    where = f"{settings.BASE_URL}/failures"
    sentence = f"The change is saved in Lockstep, but {refused.target} has refused it: {refused.why}"
    return ScimError(502, f"{sentence.rstrip('.')}. Mend that, then replay it at {where}.")
