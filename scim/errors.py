"""The one translation and the one renderer of SCIM errors (RFC 7644, 3.12)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django_scim.constants import SCIM_CONTENT_TYPE, SchemaURI
from django_scim.exceptions import SCIMException

from directory.errors import Conflict, DirectoryError, NotFound, Stale
from lib.documents import Document, DocumentError
from lib.filters import FilterError

log = logging.getLogger(__name__)

# Whole seconds: Okta does not read a date.
TRY_AGAIN_AFTER = "5"


class ScimError(SCIMException):
    """An answer other than 2xx. `detail` is what Okta's administrator reads."""

    def __init__(
        self,
        status: int,
        detail: str,
        scim_type: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, status=status, scim_type=scim_type)
        self.headers = headers or {}


@dataclass
class Answer:
    """What a view makes of a request; `refused` is why it is no 2xx."""

    response: HttpResponse = field(default_factory=HttpResponse)
    refused: ScimError | None = None


@contextmanager
def translated() -> Iterator[Answer]:
    """Turns our own exceptions into an error response; anything else is a bug and passes on to the server."""
    answer = Answer()
    try:
        yield answer
    except (SCIMException, DocumentError, FilterError, DirectoryError, ObjectDoesNotExist) as error:
        answer.refused = as_scim(error)
    except RequestDataTooBig:
        most = f"at most {settings.MAX_BODY_BYTES} bytes are taken"
        answer.refused = ScimError(413, f"The body is too large: {most}. Send several smaller requests.")
    except UnreadablePostError:
        answer.refused = ScimError(
            400, "The body did not arrive whole. Send the request again.", "invalidSyntax"
        )
    except OperationalError:
        log.exception("The database did not answer.")
        again = {"Retry-After": TRY_AGAIN_AFTER}
        answer.refused = ScimError(503, "The database is busy. Send the request again.", headers=again)
    if answer.refused:
        answer.response = error_response(answer.refused)


def as_scim(error: Exception) -> ScimError:
    match error:
        case DocumentError():
            return ScimError(400, str(error), error.scim_type)
        case FilterError():
            return ScimError(400, str(error), "invalidFilter")
        case Conflict():
            return ScimError(409, str(error), "uniqueness")
        case NotFound():
            return ScimError(404, str(error))
        case Stale():
            return ScimError(412, str(error), headers={"ETag": error.tag})
        case ObjectDoesNotExist():
            return ScimError(404, "There is no such resource.")
        case ScimError():
            return error
        case SCIMException():
            return ScimError(error.status, error.detail, error.scim_type)
    raise TypeError(error)


def error_response(error: ScimError) -> JsonResponse:
    return JsonResponse(
        error_body(error), status=error.status, content_type=SCIM_CONTENT_TYPE, headers=dict(error.headers)
    )


def error_body(error: ScimError) -> Document:
    """`status` goes out as a string, as the RFC wants it."""
    body: Document = {"schemas": [SchemaURI.ERROR], "status": str(error.status), "detail": error.detail}
    if error.scim_type:
        body["scimType"] = error.scim_type
    return body
