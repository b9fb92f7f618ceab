"""What is wrong with a question, shown at the character."""

from __future__ import annotations

from dataclasses import dataclass

from audit.search import Problem
from dashboard.explorer.state import State


@dataclass(frozen=True)
class Shown:
    """The problem, in the text that it was found in."""

    problem: Problem
    text: str

    @property
    def position(self) -> int:
        return min(self.problem.position or 0, len(self.text))

    @property
    def before(self) -> str:
        return self.text[: self.position]

    @property
    def character(self) -> str:
        """A blank where the text has ended too early."""
        return self.text[self.position : self.position + 1] or " "

    @property
    def after(self) -> str:
        return self.text[self.position + 1 :]

    @property
    def has_place(self) -> bool:
        return self.problem.position is not None and self.problem.parameter in {"q", "filter"}


def shown_problems(state: State) -> list[Shown]:
    texts = {"q": state.q, "filter": state.filter, "since": state.since, "until": state.until}
    return [Shown(problem, texts[problem.parameter]) for problem in state.problems]
