"""What the directory refuses, named by the remedy; each door translates these in one place."""


class DirectoryError(Exception):
    """The sentence is fit for the reader of an API answer or a page."""


class NotFound(DirectoryError):
    """There is no such resource in this tenant: look it up again, or create it."""


_KNOWN_BY = {"user": "userName", "group": "displayName"}


def no_such(kind: str, id: object) -> NotFound:
    """`kind` is user or group. Whom Okta believes to be here may have been deleted behind its back."""
    known_by = _KNOWN_BY[kind]
    return NotFound(
        f"There is no {kind} {str(id)[:100]} here, or not any more: look it up by {known_by}, or create it."
    )


class Conflict(DirectoryError):
    """Another resource has that name: choose another, or change the one that has it."""


class Invalid(DirectoryError):
    """It can't be as it was asked for: change it as the sentence says."""


class Stale(DirectoryError):
    """It is not the expected version any more, but `tag`: read it again, and decide again."""

    def __init__(self, sentence: str, *, tag: str) -> None:
        super().__init__(sentence)
        self.tag = tag
