"""Who gets the next thread: a rule over tenants and targets, without threads."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence

import pytest

from downstream.turns import Asking, Turns

THREADS = 16


def make_asking(tenant: uuid.UUID | None = None) -> Asking:
    return Asking(target=uuid.uuid4(), tenant=tenant or uuid.uuid4())


def given(turns: Turns, *greedy: Asking) -> list[Asking]:
    """All that can be had by those who ask again and again and give nothing back."""
    got: list[Asking] = []
    while True:
        for asking in greedy:
            turns.ask(asking)
        first = turns.next(0)
        if first is None:
            return got
        got.append(first)


def test_who_asks_twice_gets_one_turn() -> None:
    turns, hr = Turns(THREADS), make_asking()
    turns.ask(hr)
    turns.ask(hr)

    got = [turns.next(0), turns.next(0)]

    assert got == [hr, None]


def test_who_waited_longest_comes_first() -> None:
    turns, line = Turns(THREADS), [make_asking() for _ in range(3)]
    for asking in (*line, line[0]):
        turns.ask(asking)

    got = [turns.next(0) for _ in line]

    assert got == line


def test_a_tenant_with_less_in_hand_comes_before_one_that_waited_longer() -> None:
    turns, greedy, modest = Turns(THREADS), make_asking(), make_asking()
    turns.ask(greedy)
    turns.next(0)
    turns.ask(greedy)
    turns.ask(modest)

    assert [turns.next(0), turns.next(0)] == [modest, greedy]


def test_within_a_tenant_the_target_with_less_in_hand_comes_first() -> None:
    tenant = uuid.uuid4()
    turns, greedy, modest = Turns(THREADS), make_asking(tenant), make_asking(tenant)
    turns.ask(greedy)
    turns.next(0)
    turns.ask(greedy)
    turns.ask(modest)

    assert turns.next(0) == modest


def test_one_target_leaves_threads_to_the_others_of_its_tenant() -> None:
    got = given(Turns(THREADS), make_asking())

    assert len(got) == THREADS // 4


def test_a_tenant_with_many_targets_takes_at_most_half() -> None:
    tenant = uuid.uuid4()

    got = given(Turns(THREADS), *(make_asking(tenant) for _ in range(100)))

    assert len(got) == THREADS // 2


@pytest.mark.parametrize("threads", [2, 4, 16, 50])
def test_after_a_greedy_tenant_there_is_a_thread_for_the_next(threads: int) -> None:
    turns, tenant, modest = Turns(threads), uuid.uuid4(), make_asking()
    given(turns, *(make_asking(tenant) for _ in range(100)))

    turns.ask(modest)

    assert turns.next(0) == modest


def test_four_greedy_tenants_leave_one_for_a_fifth() -> None:
    turns, modest = Turns(THREADS), make_asking()
    for _ in range(4):
        tenant = uuid.uuid4()
        given(turns, *(make_asking(tenant) for _ in range(100)))

    turns.ask(modest)

    assert turns.next(0) == modest


def test_greedy_tenants_end_with_equal_shares() -> None:
    """Each turn that ends goes to who has least."""
    turns, tenants = Turns(THREADS), [uuid.uuid4() for _ in range(4)]
    targets = [make_asking(tenant) for tenant in tenants for _ in range(10)]
    hands = given(turns, *targets)

    for _ in range(100):
        turns.end(hands.pop(0))
        hands += given(turns, *targets)

    shares = Counter(asking.tenant for asking in hands)
    assert max(shares.values()) - min(shares.values()) <= 1


def test_the_only_thread_goes_round() -> None:
    turns, line = Turns(1), [make_asking() for _ in range(3)]

    assert rounds(turns, line, 6) == [*line, *line]


def rounds(turns: Turns, line: Sequence[Asking], number: int) -> list[Asking]:
    for asking in line:
        turns.ask(asking)
    got = []
    for _ in range(number):
        (asking,) = given(turns)
        turns.end(asking)
        turns.ask(asking)
        got.append(asking)
    return got


def test_who_asked_for_later_stands_in_line_from_then_on() -> None:
    turns, early, late = Turns(THREADS), make_asking(), make_asking()
    turns.ask_at(20.0, late)
    turns.ask_at(10.0, early)

    got = [turns.next(9.9), turns.next(10.0), turns.next(10.1)]

    assert got == [None, early, None]
    assert turns.next_moment == 20.0
