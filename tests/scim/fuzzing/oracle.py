"""scim2-models as a second opinion: it reads our published schemas and judges by them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    Extension,
    PatchOp,
    Resource,
    SCIMException,
    ScimFilter,
    ScimPolicy,
    SearchRequest,
)
from scim2_models import Schema as PublishedSchema

from lib.documents import Document
from lib.schema import ENTERPRISE_USER, USER, Schema, to_scim
from tests.scim.fuzzing.documents import EVERY_TYPE


@dataclass(frozen=True)
class Refusal:
    scim_type: str | None
    message: str


def _published(schema: Schema) -> PublishedSchema:
    return PublishedSchema.model_validate(to_scim(schema))


@cache
def user_model() -> Any:
    """A model made of what /Schemas says of users, with the enterprise extension and one of every type."""
    core: Any = Resource.from_schema(_published(USER))
    enterprise = Extension.from_schema(_published(ENTERPRISE_USER))
    everything = Extension.from_schema(_published(EVERY_TYPE))
    return core[enterprise | everything]


def _for_users(message: Any) -> Any:
    return message[user_model()]


def as_they_stand(binding: Any, text: str) -> str:
    """How this server compares texts: not normalized, in lower case where case does not count."""
    return text if binding.case_exact else text.lower()


# As lenient as this server is, for Entra, where the oracle can be told so.
POLICY = ScimPolicy(
    comparison_key=as_they_stand,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


def selects(text: str, document: Document) -> bool | Refusal:
    """Whether the filter selects the user."""
    with POLICY:
        user = user_model().model_validate(document)
        try:
            request = _for_users(SearchRequest).model_validate({"filter": text})
        except ValidationError as error:
            return _refusal(error)
        return bool(request.filter.match(user))


def is_filter(text: str) -> bool:
    """Whether the text is one by the grammar, whatever the attributes mean."""
    try:
        ScimFilter(text)
    except SCIMException:
        return False
    return True


def patched(document: Document, *operations: dict[str, Any]) -> Document | Refusal:
    """What becomes of the user."""
    message = {"schemas": [str(PatchOp.__schema__)], "Operations": list(operations)}
    with POLICY:
        user = user_model().model_validate(document)
        try:
            patch = _for_users(PatchOp).model_validate(message, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
            patch.patch(user)
        except ValidationError as error:
            return _refusal(error)
        except SCIMException as error:
            return Refusal(error.scim_type, str(error))
        found: Document = user.model_dump()
        return found


def _refusal(error: ValidationError) -> Refusal:
    first = Error.from_validation_errors(error)[0]
    return Refusal(first.scim_type, first.detail or "")
