"""Reading request bodies: the same strict JSON as at the other door, within the same limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from lib.documents import DocumentError, parse


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large. Send it in several smaller requests."


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """`stream` is the request, whose body Django limits. Raises ParseError and TooLarge."""
        try:
            return parse(stream.body)  # type: ignore[attr-defined]  # a request
        except RequestDataTooBig as error:
            raise TooLarge from error
        except DocumentError as error:
            raise ParseError(str(error)) from error
