"""What every management command has in common: `--json`, and failures that are explained."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class AnsweringCommand(BaseCommand):
    """Prints for people by default and, with `--json`, one JSON document and nothing else."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def answer(self, facts: Mapping[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(facts, indent=2))
            return
        width = max(map(len, facts), default=0)
        for name, value in facts.items():
            self.stdout.write(f"{name.replace('_', ' '):<{width}}  {_readable(value)}")


def _readable(value: Any) -> str:
    match value:
        case dict():
            return ", ".join(f"{name} {part}" for name, part in value.items())
        case list() | tuple():
            return ", ".join(map(str, value)) or "none"
        case bool():
            return "yes" if value else "no"
        case None:
            return "none"
        case _:
            return str(value)


def positive(text: str) -> int:
    """For argparse: a whole number above zero."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("must be a whole number above zero")
    return int(text)


def whole(text: str) -> int:
    """For argparse: a whole number, or none."""
    if not text.isdecimal():
        raise ArgumentTypeError("must be a whole number")
    return int(text)
