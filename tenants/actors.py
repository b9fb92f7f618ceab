"""The actors that the log names: a credential's client, a member of staff."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from audit.actor import Actor, ActorType
from tenants.models import Credential
from tenants.requests import client_of, facts_of


def client_actor(credential: Credential, request: HttpRequest, *facts: tuple[str, str]) -> Actor:
    """Whoever speaks with a credential, for one request; `facts` is what debugData says of it besides."""
    client, credential_id = client_of(request), str(credential.id)
    return Actor(
        id=credential_id,
        type=ActorType.CLIENT_APP,
        display_name=_product(client.user_agent) or "SCIM client",
        alternate_id=credential.prefix,
        client=client,
        token_id=credential_id,
        debug=(*facts_of(request), *facts),
    )


def unknown_actor(request: HttpRequest) -> Actor:
    """Somebody whom nobody knows: what they called themselves is not told, as it may be a password."""
    return Actor(
        id="unknown",
        type=ActorType.UNKNOWN,
        display_name="Unknown",
        client=client_of(request),
        debug=facts_of(request),
    )


def staff_actor(user: AbstractUser, request: HttpRequest) -> Actor:
    """A person in the dashboard, for one request."""
    name = user.get_username()
    return Actor(
        id=str(user.pk),
        type=ActorType.USER,
        display_name=user.get_full_name() or name,
        alternate_id=name,
        client=client_of(request),
        session_id=session_id(request),
        debug=facts_of(request),
    )


def session_id(request: HttpRequest) -> str | None:
    """The same for everything in one session. The session's own key lets in whoever has it."""
    key = request.session.session_key if hasattr(request, "session") else None
    return salted_hmac("log.session", key, algorithm="sha256").hexdigest() if key else None


@lru_cache(maxsize=256)
def _product(user_agent: str | None) -> str:
    """`Okta SCIM Client 1.0.0` -> `Okta SCIM Client`: what comes before the version."""
    words = (user_agent or "").split("/")[0].split()
    while words and words[-1][0].isdigit():
        words.pop()
    return " ".join(words)[:60]
