"""What the directory refuses, named by the remedy; each door translates these in one place."""


class DirectoryError(Exception):
    """The sentence is fit for the reader of an API answer or a page."""


class NotFound(DirectoryError):
    """There is no such resource in this tenant: look it up again, or create it."""


class Conflict(DirectoryError):
    """Another resource has that name: choose another, or change the one that has it."""


class Invalid(DirectoryError):
    """It can't be as it was asked for: change it as the sentence says."""


class Stale(DirectoryError):
    """It is not the expected version any more, but `tag`: read it again, and decide again."""

    def __init__(self, sentence: str, *, tag: str) -> None:
        super().__init__(sentence)
        self.tag = tag
