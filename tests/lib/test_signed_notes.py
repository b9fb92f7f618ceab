"""Signed notes as C2SP describes them, read and written."""

from __future__ import annotations

import pytest

from lib.signed_notes import BadNote, Signer, TornNote, Verifier, notes_in, opened

SIGNER = Signer("lockstep", bytes(range(32)))
TEXT = "lockstep/log\n3\nqqo=\n"

# From golang.org/x/mod/sumdb/note, whose format C2SP describes.
PEOPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PETER = Verifier(
    "PeterNeumann", bytes.fromhex("1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6")
)


def test_a_published_note_is_read() -> None:
    assert str(PETER) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert opened(PEOPLE, [SIGNER.verifier, PETER]).endswith("what your problem is.\n")


def test_a_note_carries_its_text_and_signature() -> None:
    note = SIGNER.sign(TEXT)

    assert note.startswith(TEXT + "\n\u2014 lockstep ")
    assert opened(note, [SIGNER.verifier]) == TEXT


def test_a_key_is_one_word() -> None:
    name, key_id, key = str(SIGNER.verifier).split("+", 2)

    assert (name, bytes.fromhex(key_id)) == ("lockstep", SIGNER.verifier.id)
    assert key.startswith("AQ")


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n3\n", "\n4\n"),
        lambda note: note.replace("\u2014 lockstep", "\u2014 somebody"),
        lambda note: note[:-10] + "AAAAAAAA\n",
        lambda note: note[:-5] + "!!!\n",
        lambda note: TEXT,
        lambda note: "",
        lambda note: "\n\n",
    ],
)
def test_what_was_changed_is_refused(change: object) -> None:
    assert callable(change)

    with pytest.raises(BadNote):
        opened(change(SIGNER.sign(TEXT)), [SIGNER.verifier])


def test_somebody_elses_key_is_refused() -> None:
    with pytest.raises(BadNote):
        opened(SIGNER.sign(TEXT), [Signer("lockstep", bytes(32)).verifier])


def test_notes_are_found_below_one_another() -> None:
    notes = [SIGNER.sign(TEXT), SIGNER.sign(TEXT.replace("3", "4"))]

    assert notes_in("\n".join(notes)) == notes
    assert notes_in("".join(notes)) == notes
    assert notes_in("") == []


def test_a_note_whose_writer_was_interrupted_is_told_from_a_forged_one() -> None:
    torn, whole = notes_in(f"{SIGNER.sign(TEXT)[:-30]}\n\n{SIGNER.sign(TEXT)}")

    with pytest.raises(TornNote):
        opened(torn, [SIGNER.verifier])
    assert opened(whole, [SIGNER.verifier]) == TEXT


def test_the_key_is_not_shown() -> None:
    assert repr(SIGNER) == "Signer('lockstep')"
