"""What a failure means and what to do about it, in plain words: one table over the classes of errors."""

from __future__ import annotations

from dataclasses import dataclass

from downstream.errors import ErrorClass


@dataclass(frozen=True)
class Advice:
    """Why it happens, and what a person can do."""

    cause: str
    remedy: str


ADVICE: dict[str, Advice] = {
    ErrorClass.TRANSIENT: Advice(
        "The target did not answer, or was too busy.",
        "Nothing, if it lasts minutes: it is tried again by itself. Otherwise ask those who run the target.",
    ),
    ErrorClass.THROTTLED: Advice(
        "The target asks for fewer calls.",
        "Nothing: deliveries wait as long as it asks. If it goes on, lower the target's rate.",
    ),
    ErrorClass.ACCESS: Advice(
        "The target does not let Lockstep in, or its configuration does not fit.",
        "Check the credentials and settings of the target, then test its connection.",
    ),
    ErrorClass.EXISTS: Advice(
        "The target has an account with this value already, and it belongs to somebody else.",
        "Rename one of the two or remove the one over there, then replay.",
    ),
    ErrorClass.MISSING: Advice(
        "Something that the account refers to is not there.",
        "Create it in the target, or change what refers to it, then replay.",
    ),
    ErrorClass.DATA: Advice(
        "The target refuses what the account contains.",
        "Correct the value where it comes from, change the mapping, or mend the target; then replay.",
    ),
    ErrorClass.BUG: Advice(
        "The connector broke: a fault of Lockstep or of the connector.",
        "Replay once. If it fails again, report it with the trace from the worker's log.",
    ),
    ErrorClass.REJECTED: Advice(
        "Many accounts were to be disabled or removed at once, and a person has rejected that.",
        "Correct it where it comes from. To have it done all the same, replay: the guard looks at it again.",
    ),
    ErrorClass.CRASH: Advice(
        "Workers stopped while they were delivering this, several times.",
        "Look into the worker's log and memory first. Replay one of them alone before the others.",
    ),
}
ABOUT_ATTRIBUTE: dict[str, Advice] = {
    ErrorClass.DATA: Advice(
        "The target refuses the value of {attribute}.",
        "Correct {attribute} where it comes from, change its mapping, or mend the target; then replay.",
    ),
    ErrorClass.EXISTS: Advice(
        "Another account of the target has this {attribute} already.",
        "Give one of the two another {attribute}, or remove the one over there; then replay.",
    ),
    ErrorClass.MISSING: Advice(
        "What {attribute} refers to is not in the target.",
        "Create it in the target or change {attribute}, then replay.",
    ),
}


def advice(error_class: str, attribute: str = "") -> Advice:
    """`attribute` is that at which the target took offence, where it is known."""
    if attribute and (about := ABOUT_ATTRIBUTE.get(error_class)):
        return Advice(
            about.cause.format(attribute=attribute),
            about.remedy.format(attribute=attribute),
        )
    return ADVICE[error_class]
