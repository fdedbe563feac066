"""Components in full and from earlier ones: equal labels, whatever grows or goes."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import components

Pairs = list[tuple[int, int]]
HUB = 20_000
NIGHTS = st.lists(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=15),
    min_size=1,
    max_size=5,
)


def ends(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def by_hand(size: int, pairs: Pairs) -> list[int]:
    """The slow way: take the smaller label over until nothing changes."""
    labels = list(range(size))
    while True:
        before = labels.copy()
        for one, other in pairs:
            labels[one] = labels[other] = min(labels[one], labels[other])
        if labels == before:
            return labels


@settings(max_examples=50, deadline=None)
@given(nights=NIGHTS)
def test_growth_in_steps_is_the_same_as_all_at_once(nights: list[Pairs]) -> None:
    labels, known, size = np.arange(0), [], 0
    for night in nights:
        size = max([size, *(place + 1 for pair in night for place in pair)])
        labels = components.grown(labels, size, *ends(night))
        known += night
        assert labels.tolist() == components.label(size, *ends(known)).tolist()
        assert labels.tolist() == by_hand(size, known)


@settings(max_examples=50, deadline=None)
@given(pairs=NIGHTS, seed=st.integers(0, 2**16))
def test_pairs_taken_away_leave_what_the_others_make(pairs: list[Pairs], seed: int) -> None:
    every = [pair for night in pairs for pair in night]
    draw = random.Random(seed)
    gone = [pair for pair in every if draw.random() < 0.4]
    remain = [pair for pair in every if pair not in gone]
    before = components.label(31, *ends(every))
    touched = np.array([pair[0] for pair in gone], dtype=np.int64)
    after = components.cut(before, touched, *ends(remain))
    assert after.tolist() == by_hand(31, remain)


@pytest.mark.parametrize("shape", ["chain", "star", "hubs"])
def test_long_chains_and_large_hubs_are_whole(shape: str) -> None:
    place = np.arange(HUB)
    left, right = {
        "chain": (place[:-1], place[1:]),
        "star": (place[1:], np.zeros(HUB - 1, dtype=np.int64)),
        "hubs": (place[2:], place[2:] % 2),
    }[shape]
    order = np.random.default_rng(7).permutation(len(left))
    found = components.label(HUB, left[order], right[order])
    assert np.unique(found).tolist() == ([0, 1] if shape == "hubs" else [0])
