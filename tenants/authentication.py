"""From what a request carries to the credential it speaks for: that chooses the tenant, not the URL."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.db.models import Q
from django.utils import timezone

from lib.statements import names_of, row_of, select_first
from tenants.models import Credential, Hostname, Scope, Tenant
from tenants.tokens import digest

# Last use is shown to the minute; writing it at every request would make each read a write.
LAST_USE_STEP = timedelta(minutes=1)
_TENANT_ID = Tenant._meta.get_field("id")


class Refused(Exception):
    """No, wrong, expired or revoked credential, or one that does not fit; the sentence says what to do.

    `credential` is the one that was recognised but refused, None if nobody is known.
    """

    def __init__(self, sentence: str, credential: Credential | None = None) -> None:
        super().__init__(sentence)
        self.credential = credential


class NothingSent(Refused):
    """There is no credential in the request."""


class WrongScope(Refused):
    """The credential is good, for something else."""


@dataclass(frozen=True)
class Presented:
    """What a client shows: a token, and with HTTP Basic the user name beside it."""

    token: str
    username: str | None = None


def authenticate(header: str, *, scope: Scope, host: str) -> Credential:
    """`header` is the value of Authorization, `host` the request's host name without port. Raises Refused."""
    presented = read_header(header)
    found = _find(presented.token, host)
    if found is None or not _fits_kind(found[0], presented):
        raise Refused("The credential is unknown. Copy the token again, or create a new one.")
    credential, owner = found
    _require_usable(credential, scope)
    _require_host(credential, owner)
    _note_use(credential)
    return credential


def _find(token: str, host: str) -> tuple[Credential, object] | None:
    """With its tenant, and the id of the host name's owner, by one statement."""
    rows = select_first(_statement(), [host.lower(), digest(token)])
    if not rows:
        return None
    owner, *values = rows[0]
    width = len(Credential._meta.concrete_fields)
    credential = row_of(Credential, values[:width])
    credential.tenant = row_of(Tenant, values[width:])
    return credential, _TENANT_ID.to_python(owner)


@cache
def _statement() -> str:
    credential, tenant, hostname = (model._meta.db_table for model in (Credential, Tenant, Hostname))
    return (
        f"SELECT (SELECT tenant_id FROM {hostname} WHERE name = %s), "  # noqa: S608  # names only
        f"{names_of(Credential, 'c')}, {names_of(Tenant, 't')} "
        f"FROM {credential} c JOIN {tenant} t ON t.id = c.tenant_id WHERE c.digest = %s"
    )


def read_header(header: str) -> Presented:
    """`Bearer <token>`, `Basic <...>`, or the raw token, as Okta's Header mode sends it. Raises Refused."""
    scheme, _, rest = header.strip().partition(" ")
    match scheme.lower(), rest.strip():
        case "", "":
            raise NothingSent("No credential was sent. Send the header `Authorization: Bearer <token>`.")
        case "bearer", token:
            # Administrators paste `Bearer <token>` where Okta puts the word before it by itself.
            return Presented(token[6:].strip() if token.lower().startswith("bearer ") else token)
        case "basic", encoded:
            return _basic(encoded)
        case _, "":
            return Presented(scheme)
    # What was sent may be a secret that stands in the wrong place: it is not repeated.
    raise Refused("The scheme of the Authorization header is not understood. Use Bearer or Basic.")


def _basic(encoded: str) -> Presented:
    try:
        username, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:
        raise Refused(
            "The Basic credential is not base64 of `user name:secret`. Enter both again."
        ) from error
    if not colon:
        raise Refused("The Basic credential has no colon between user name and secret. Enter both again.")
    return Presented(password, username)


def _fits_kind(credential: Credential, presented: Presented) -> bool:
    """Basic credentials are named by their prefix; a bearer token is no Basic password."""
    if credential.kind == Credential.Kind.BASIC:
        return presented.username == credential.prefix
    return presented.username is None


def _require_usable(credential: Credential, scope: Scope) -> None:
    if credential.revoked_at is not None:
        raise Refused("The credential was revoked. Create a new one.", credential)
    if credential.expires_at is not None and credential.expires_at <= timezone.now():
        raise Refused("The credential has expired. Create a new one.", credential)
    if credential.scope != scope:
        raise WrongScope(
            f"The credential is for {credential.scope}, not for {scope}. Create one for {scope}.", credential
        )


def _require_host(credential: Credential, owner: object) -> None:
    """A host name that a tenant owns is for that tenant alone; all others serve every tenant."""
    if owner is not None and owner != credential.tenant_id:
        raise Refused(
            "The credential belongs to another host name. Use the base URL of its tenant.", credential
        )


def _note_use(credential: Credential) -> None:
    now = timezone.now()
    if credential.last_used_at is None or credential.last_used_at < now - LAST_USE_STEP:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USE_STEP)
        Credential.objects.filter(long_ago, id=credential.id).update(last_used_at=now)
