"""Bodies as strict JSON."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.documents import DocumentError, parse


def test_a_body_is_read_with_or_without_byte_order_mark() -> None:
    assert parse('{"é": [1, 2.5, null]}'.encode()) == {"é": [1, 2.5, None]}
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": 1} x', "not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1e999}', "out of range"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "5000 characters"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": 1, "a": 2}', "'a' twice"),
        (b'{"a": "\xff"}', "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a": "\x00"}', "not JSON"),
    ],
)
def test_what_is_not_strict_json_is_refused_with_the_reason(raw: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        parse(raw)

    assert caught.value.scim_type == "invalidSyntax"


# A busy machine is no failure.
@settings(deadline=None)
@given(st.binary() | st.text(alphabet='{}[]",:0123456789eE+-. \\untrfalsNI\ufeff').map(str.encode))
def test_no_body_raises_anything_but_a_document_error(raw: bytes) -> None:
    try:
        parse(raw)
    except DocumentError as error:
        assert str(error)
