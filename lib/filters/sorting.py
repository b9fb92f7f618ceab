"""What a list is ordered by: the columns of filters as values that compare; NULL for what is absent."""

from __future__ import annotations

from django.db.models import Case, F, FloatField, TextField, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Cast, Left, NullIf

from lib.filters.absent import Absent
from lib.filters.columns import Address, Boolean, Identifier, Made, Moment, Text
from lib.filters.json_columns import AnyOf, JsonBoolean, JsonMoment, JsonNumber, JsonParts, JsonText
from lib.filters.json_values import IsFlag, MomentOf, NumberOf, TextOf
from lib.filters.queries import Column
from lib.filters.texts import Exactly, Folded
from lib.filters.tree import FilterError, Path

# Texts of any length are told apart by as much of them as fits into a cursor.
COMPARED = 200
_EMPTY = Value("", output_field=TextField())


def sort_key(column: Column, path: Path) -> Combinable:
    """Of several values the primary one, or else the first, gives the key (RFC 7644, 3.4.2.3).

    An empty text is no value, as `pr` has it. Raises FilterError for what has parts.
    """
    match column:
        case Text(field, fold=None):
            return Exactly(NullIf(F(field), _EMPTY))
        case Text(field):
            # As it stands in the column, whose index is read; what is folded is compared by code points.
            return F(field)
        case Made(text, case_exact):
            return _compared(text, case_exact)
        case JsonText(json, case_exact):
            return _compared(TextOf(json), case_exact)
        case JsonNumber(json):
            return Cast(NumberOf(json), FloatField())
        case JsonMoment(json):
            return MomentOf(json)
        case JsonBoolean(json):
            return Case(
                When(IsFlag(json, flag=True), then=Value(1)), When(IsFlag(json, flag=False), then=Value(0))
            )
        case JsonParts(value=value) if value is not None:
            return sort_key(value, path)
        case AnyOf(elements, inner):
            return elements.first(sort_key(inner, path))
        case Absent():
            return Value(None, output_field=TextField())
        case Boolean(field) | Moment(field) | Identifier(field) | Address(_, field):
            return F(field)
    raise FilterError(f"{path} has parts: sort by one of them.")


def _compared(text: Combinable, case_exact: bool) -> Expression:
    form = Exactly if case_exact else Folded
    return Left(form(NullIf(text, _EMPTY)), COMPARED)
