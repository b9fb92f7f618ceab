"""Parts of a LogEvent in SQL: its body is text, which both databases read as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, FloatField, Func, JSONField, Q, TextField
from django.db.models.sql.compiler import SQLCompiler


class _Json(Func):
    """A function with a template for each database. Names in it are letters, digits, hyphens, underscores."""

    sqlite = ""
    postgresql = ""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.sqlite, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.postgresql, **context)


class Document(_Json):
    """The event. PostgreSQL has no text with the NUL that a client may have sent."""

    output_field = JSONField()
    sqlite = "%(expressions)s"
    postgresql = r"replace(%(expressions)s, '\u0000', '\ufffd')::json"

    def __init__(self) -> None:
        super().__init__(F("body"))


class Element(_Json):
    """The element that `AnyElement` is at."""

    output_field = JSONField()
    sqlite = postgresql = "element.value"

    def __init__(self) -> None:
        super().__init__()


class _At(_Json):
    def __init__(self, owner: _Json, names: Sequence[str], *, flag: str = "") -> None:
        for name in names:
            assert name.replace("-", "").replace("_", "").isalnum() and name.isascii()  # noqa: S101
        path = "$" + "".join(f'."{name}"' for name in names)
        super().__init__(owner, path=f"'{path}'", names="'{" + ",".join(names) + "}'", flag=flag)


class TextAt(_At):
    """What stands under the names, as text; NULL if nothing does."""

    output_field = TextField()
    sqlite = "(%(expressions)s ->> %(path)s)"
    postgresql = "(%(expressions)s #>> %(names)s)"


class NumberAt(_At):
    output_field = FloatField()
    sqlite = (
        "CASE WHEN json_type(%(expressions)s, %(path)s) IN ('integer', 'real') "
        "THEN (%(expressions)s ->> %(path)s) END"
    )
    postgresql = (
        "CASE WHEN json_typeof(%(expressions)s #> %(names)s) = 'number' "
        "THEN (%(expressions)s #>> %(names)s)::float8 END"
    )


class FlagAt(_At):
    """Whether the boolean `flag`, as JSON writes it, stands there; never NULL."""

    output_field = BooleanField()
    sqlite = "(COALESCE(json_type(%(expressions)s, %(path)s), '') = '%(flag)s')"
    postgresql = "(COALESCE(%(expressions)s #>> %(names)s, '') = '%(flag)s')"


class IsThere(_At):
    """Whether something stands there that says something; never NULL."""

    output_field = BooleanField()
    sqlite = "COALESCE((%(expressions)s -> %(path)s) NOT IN ('null', '\"\"', '{}', '[]'), FALSE)"
    postgresql = "COALESCE((%(expressions)s #>> %(names)s) NOT IN ('', '{}', '[]'), FALSE)"


class _Elements(_At):
    """The list that stands there as rows; none if it is no list."""

    output_field = JSONField()
    sqlite = (
        "json_each(CASE json_type(%(expressions)s, %(path)s) WHEN 'array' "
        "THEN (%(expressions)s -> %(path)s) ELSE '[]' END) AS element"
    )
    postgresql = (
        "json_array_elements(CASE json_typeof(%(expressions)s #> %(names)s) WHEN 'array' "
        "THEN %(expressions)s #> %(names)s ELSE '[]' END) AS element"
    )


class AnyElement(Func):
    """Whether one element of a list fulfils the condition, which speaks of it by `Element`."""

    output_field = BooleanField()
    template = "EXISTS (SELECT 1 FROM %(expressions)s)"
    arg_joiner = " WHERE "

    def __init__(self, names: Sequence[str], condition: Q) -> None:
        super().__init__(_Elements(Document(), names), condition)
