"""Turning a wrong configuration into a sentence that names the field and the remedy."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from downstream.connectors.base import Config

SHOWN = 5  # a person mends a few things at a time


class InvalidConfig(Exception):
    """A target's configuration cannot be used. `str(error)` says where and what to do, without secrets."""


def parsed(config_class: type[Config], raw: dict[str, Any]) -> Config:
    """Read `raw` as a `config_class`. Raises InvalidConfig."""
    try:
        return config_class.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
    # Raised outside the except block: pydantic's error keeps the input with its secrets.
    raise InvalidConfig(" ".join(_sentence(detail) for detail in details[:SHOWN]))


def _sentence(detail: ErrorDetails) -> str:
    field = ".".join(str(part) for part in detail["loc"]) or "The configuration"
    match detail["type"]:
        case "missing":
            return f"{field} is missing: add it."
        case "extra_forbidden":
            return f"{field} is not known: remove it or mend its spelling."
        case "value_error":
            return f"{field}: {detail['msg'].removeprefix('Value error, ')}."
    return f"{field} cannot be used: {detail['msg'][:1].lower()}{detail['msg'][1:]}."
