"""Reads a request body as strict JSON (RFC 8259)."""

import json
import math
from typing import Any, NoReturn

from lib.documents.document import DocumentError

_LONGEST_NUMBER = 100


def parse(raw: bytes) -> object:
    """The JSON value in UTF-8, with or without byte order mark. Raises DocumentError (invalidSyntax)."""
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_decimal,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise _syntax(f"The body is not UTF-8 (byte {error.start + 1}): encode it as UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _syntax(f"The body is not JSON: {error.msg.removesuffix(' at')} at {place}.") from error
    except RecursionError as error:
        raise _syntax("The body is nested too deeply: send a flatter document.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: of two values for one name neither can be trusted."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _syntax(f"The body has {name[:100]!a} twice in one object: send it once.")
        found[name] = value
    return found


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise _syntax(
            f"The body has a number of {len(text)} characters: at most {_LONGEST_NUMBER} are allowed."
        )
    return int(text)


def _decimal(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _syntax(f"The body has the number {text[:40]}, which is out of range.")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise _syntax(f"The body has {name}, which is not JSON: send a number or null.")


def _syntax(message: str) -> DocumentError:
    return DocumentError(message, scim_type="invalidSyntax")
