"""The kinds of events, each of which a tenant keeps for as long as it likes."""

from __future__ import annotations

from django.db import models

# A hundred years.
LONGEST_DAYS = 36_500


class Kind(models.TextChoices):
    REQUESTS = "requests", "Requests and raw exchanges"
    DELIVERIES = "deliveries", "Deliveries to targets"
    CHANGES = "changes", "Changes of users and groups"
    ACCESS = "access", "Sign-ins, credentials and exports"
    CONFIGURATION = "configuration", "Configuration and the log itself"


# The first that an event type begins with says its kind.
_BEGINNINGS = (
    ("application.provision.integration.", Kind.REQUESTS),
    ("security.", Kind.REQUESTS),
    ("system.org.rate_limit.", Kind.REQUESTS),
    ("application.provision.", Kind.DELIVERIES),
    ("application.integration.", Kind.DELIVERIES),
    ("app.app_instance.", Kind.DELIVERIES),
    ("event_hook.delivery", Kind.DELIVERIES),
    ("connector.delivery.", Kind.DELIVERIES),
    ("connector.log_stream.delivery", Kind.DELIVERIES),
    ("connector.replay.", Kind.DELIVERIES),
    ("user.session.", Kind.ACCESS),
    ("user.authentication.", Kind.ACCESS),
    ("user.account.lock", Kind.ACCESS),
    ("user.account.privilege.", Kind.ACCESS),
    ("user.account.update_password", Kind.ACCESS),
    ("system.api_token.", Kind.ACCESS),
    ("app.oauth2.", Kind.ACCESS),
    ("analytics.", Kind.ACCESS),
    ("connector.reveal", Kind.ACCESS),
    ("user.", Kind.CHANGES),
    ("group.", Kind.CHANGES),
    ("system.import.", Kind.CHANGES),
    ("connector.entitlement.", Kind.CHANGES),
    ("connector.override.", Kind.CHANGES),
)


def kind_of(event_type: str) -> Kind:
    """What is of no other kind is configuration."""
    return next((kind for start, kind in _BEGINNINGS if event_type.startswith(start)), Kind.CONFIGURATION)
