"""Lists read until they stand up to every doubt: at a socket, without a warehouse."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from ingestion.auth import BearerAuth
from ingestion.errors import IncompleteLoad
from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.rest_listing import AfterLast, Listing, NextCursor
from ingestion.rest_pages import read
from ingestion.tables import Table
from ingestion.types import bigint, text
from tests.ingestion.conftest import HURRIED, account_of
from tests.ingestion.tiny_stripe import (
    LIES,
    NOW,
    TinyStripe,
    Twist,
    charge,
    later,
    open_stripe,
    repeated,
    rotated,
    shuffled,
    skipped,
)

RECEIVED = datetime.fromisoformat("2026-10-15T06:00:01")
THINGS = Table("charges", columns={"id": text, "created": bigint})
PAGER = AfterLast(param="starting_after", more="has_more", size="limit")
LISTING = Listing(
    stream="charges",
    path="/v1/charges",
    items="data",
    pager=PAGER,
    params={"limit": "100"},
    order=lambda item: item["created"],
    falling=True,
)
ROWS = 11
MOVED = [skipped, repeated, shuffled, rotated]  # what a page shows is there, but not in its place
folders = itertools.count()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", "rk_live_tiny")


@pytest.fixture
def stripe() -> Iterator[TinyStripe]:
    with open_stripe(TinyStripe(page=4)) as opened:
        # Twos and threes of one second, so order within it proves nothing.
        opened.add("charges", *(charge(n, NOW - n * 2 // 5) for n in range(10, 10 + ROWS)))
        yield opened


def ids(stripe: TinyStripe, folder: Path, listing: Listing = LISTING) -> list[str]:
    """What the reading that was believed gave, in order."""
    account = account_of(stripe.base_url)
    client = Client(account, HURRIED, BearerAuth(account))
    landing = Landing(account, "charges", (THINGS,), RECEIVED, folder / str(next(folders)))
    found: list[str] = []

    def begin():
        found.clear()
        return lambda item: found.append(item["id"])

    try:
        walk = read(client, listing, landing, begin=begin)
    finally:
        client.close()
    assert walk.count == len(found)
    return found


@pytest.mark.parametrize("size", [2, 3, 4, 5, 10, 11, 12, 100])
@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 5, ROWS])
def test_pages_of_any_size_give_every_row_once(
    stripe: TinyStripe, tmp_path: Path, size: int, rows: int
):
    stripe.page = size
    del stripe.objects["charges"][rows:]
    assert sorted(ids(stripe, tmp_path)) == [f"ch_{n}" for n in range(10, 10 + rows)]


@pytest.mark.parametrize("size", [2, 4, 100])
@pytest.mark.parametrize(
    ("twist", "times"), [*[(twist, 1) for twist in LIES], *[(twist, 2) for twist in MOVED]]
)
def test_pages_that_lie_lose_nothing_and_repeat_nothing(
    stripe: TinyStripe, tmp_path: Path, size: int, twist: Twist, times: int
):
    stripe.page = size
    for nth in range(7):
        lies = [*later(twist, nth), *[twist] * (times - 1)]
        stripe.twists = [("charges", each) for each in lies]
        found = ids(stripe, tmp_path)
        assert sorted(found) == [f"ch_{n}" for n in range(10, 10 + ROWS)], nth
        stripe.twists = []


@pytest.mark.parametrize("size", [4, 100])
@pytest.mark.parametrize("twist", MOVED)
def test_pages_that_always_lie_are_never_believed(
    stripe: TinyStripe, tmp_path: Path, size: int, twist: Twist
):
    stripe.page = size
    stripe.twists = [("charges", each) for each in [*later(twist, 1), *[twist] * 400]]
    with pytest.raises(IncompleteLoad, match="in each of 4 readings; nothing was kept, load again"):
        ids(stripe, tmp_path)


def test_has_more_is_believed_neither_way(stripe: TinyStripe, tmp_path: Path):
    stripe.has_more = lambda name, more: False
    assert len(ids(stripe, tmp_path)) == ROWS
    stripe.has_more = lambda name, more: True
    with pytest.raises(IncompleteLoad, match="promises more and the next brings nothing new"):
        ids(stripe, tmp_path)


def test_a_known_row_must_come_again(stripe: TinyStripe, tmp_path: Path):
    known = Listing(**{**vars(LISTING), "reach": stripe.objects["charges"][5]["created"]})
    assert len(ids(stripe, tmp_path, known)) == ROWS
    unknown = Listing(**{**vars(LISTING), "reach": NOW - 999})
    with pytest.raises(IncompleteLoad, match=f"nothing of {NOW - 999}, where a known row lies"):
        ids(stripe, tmp_path, unknown)


def test_what_stood_in_the_landing_before_a_doubt_stays(stripe: TinyStripe, tmp_path: Path):
    account = account_of(stripe.base_url)
    client = Client(account, HURRIED, BearerAuth(account))
    landing = Landing(account, "charges", (THINGS,), RECEIVED, tmp_path / "shared")
    landing.add(orjson.dumps({"id": "of another list", "created": 1}))
    stripe.twists = [("charges", each) for each in later(repeated, 1)]
    read(client, LISTING, landing)
    client.close()
    found = [row["id"] for _, arrow in landing.tables() for row in arrow.to_pylist()]
    assert (len(found), len(set(found))) == (ROWS + 1, ROWS + 1)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"total": 3}, "2 came of 3 promised"),
        ({"total": 2, "next": "again"}, "ch_1. came twice"),
    ],
)
def test_a_count_not_reached_or_a_cursor_that_stands_still_is_no_end(
    stripe: TinyStripe, tmp_path: Path, more: dict, said: str
):
    del stripe.objects["charges"][2:]
    stripe.more = more
    listing = Listing("charges", "/v1/charges", "data", NextCursor("cursor", "next"), total="total")
    with pytest.raises(IncompleteLoad, match=said):
        ids(stripe, tmp_path, listing)
