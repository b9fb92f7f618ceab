"""The actors that the log names: a credential's client, a member of staff."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser

from audit.actor import Actor, ActorType, Client
from tenants.models import Credential


def client_actor(credential: Credential, client: Client) -> Actor:
    """Whoever speaks with a credential, for one request."""
    return Actor(
        id=str(credential.id),
        type=ActorType.CLIENT_APP,
        display_name=_product(client.user_agent) or "SCIM client",
        alternate_id=credential.prefix,
        client=client,
        token_id=str(credential.id),
    )


def staff_actor(user: AbstractUser, client: Client) -> Actor:
    """A person in the dashboard, for one request."""
    name = user.get_username()
    return Actor(
        id=str(user.pk),
        type=ActorType.USER,
        display_name=user.get_full_name() or name,
        alternate_id=name,
        client=client,
    )


def _product(user_agent: str | None) -> str:
    """`Okta SCIM Client 1.0.0` -> `Okta SCIM Client`: what comes before the version."""
    words = (user_agent or "").split("/")[0].split()
    while words and words[-1][0].isdigit():
        words.pop()
    return " ".join(words)[:60]
