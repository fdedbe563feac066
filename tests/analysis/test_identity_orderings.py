"""Whatever order records come in, and however often: the same people get the same keys."""

import random
from dataclasses import replace
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import identity
from tests.analysis.people import Decision, Link, Memory, Record, contact, guest, is_silent, merged

EMAILS = st.sampled_from([None, "a@x.de", "b@x.de", "c@x.de", "info@x.de"])
NUMBERS = st.integers(0, 12)
PEOPLE = st.lists(st.tuples(NUMBERS, EMAILS, st.sampled_from(["customer", "guest", "contact"])))
SAID = st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans()), max_size=6)
NIGHTS = st.lists(st.tuples(PEOPLE, SAID), min_size=1, max_size=4)
PHONES = (None, "030 1234567", "+49 30 7654321")
NAMES = (None, "Ada Berg", "A. Berg", "Ben Berg")
Night = tuple[list[tuple[int, str | None, str]], list[tuple[int, int, bool]]]


def _records(night: Night, *, with_companies: bool = False) -> list[Record]:
    found = {}
    for number, email, kind in night[0]:
        make = {"customer": Record, "guest": guest, "contact": contact}[kind]
        is_b2b = number % 4 == 0 if with_companies and kind != "contact" and number % 3 else None
        record = make(str(number), email, is_role=email == "info@x.de", is_b2b=is_b2b)
        found[record.name] = record
    return list(found.values())


def _links(night: Night) -> list[Link]:
    """A contact is a shop's customer, or was merged into another contact; some aren't there."""
    return [
        merged(contact(str(one)), contact(str(other)))
        if is_merge
        else Link(contact(str(one)), Record(str(other)))
        for one, other, is_merge in night[1]
        if one != other
    ]


def _reachable(records: list[Record]) -> list[Record]:
    """The same records with numbers and names, two of each number under other names."""
    return [
        replace(record, phone=PHONES[place % 3], full_name=NAMES[place % 4])
        for place, record in enumerate(records)
    ]


def _decided(records: list[Record]) -> list[Decision]:
    """The first two are one, the first and the third are not."""
    words = ("link", "cannot_link")
    return [Decision(*each) for each in zip(words, records[:1] * 2, records[1:3], strict=False)]


def _shuffle(draw: random.Random, rows: list) -> list:
    return draw.sample(rows, len(rows))


def _logs(history: identity.History) -> dict[str, list[dict[str, Any]]]:
    return {log: sorted(getattr(history, log).to_pylist(), key=repr) for log in identity.LOGS}


def _shuffled(draw: random.Random, history: identity.History) -> identity.History:
    logs = {log: getattr(history, log) for log in identity.LOGS}
    return identity.History(
        **{
            log: rows.take(pa.array(_shuffle(draw, [*range(len(rows))]), pa.int64()))
            for log, rows in logs.items()
        }
    )


@settings(max_examples=40, deadline=None)
@given(nights=NIGHTS, seed=st.integers(0, 2**16))
def test_neither_order_nor_a_second_run_changes_a_row_of_any_log(
    nights: list[Night], seed: int
) -> None:
    told, shuffled = Memory(), Memory()
    draw = random.Random(seed)
    records, links, more, decided = [], [], [], []
    for night in nights:
        records, links = _reachable(_records(night, with_companies=True)), _links(night)
        more = [(record, address) for record in records[:4] for address in ("d@x.de", "e@x.de")]
        decided = _decided(records)
        told.night(records, links, more, decided)
        shuffled.history = _shuffled(draw, shuffled.history)
        shuffled.night(*(_shuffle(draw, rows) for rows in (records, links, more, decided)))
        assert _logs(shuffled.history) == _logs(told.history)
    last = [_shuffle(draw, rows) for rows in (records, links, more, decided)]
    assert is_silent(shuffled.night(*last))


@settings(max_examples=40, deadline=None)
@given(nights=NIGHTS)
def test_every_night_leaves_one_living_key_per_group_and_none_that_died(
    nights: list[Night],
) -> None:
    memory = Memory()
    for night in nights:
        records, links = _records(night), _links(night)
        memory.night(records, links)
        keys = memory.keys()
        by_email: dict[str, set[str]] = {}
        for record in records:
            if record.email and not record.is_role:
                by_email.setdefault(record.email, set()).add(keys[record.name])
        assert all(len(found) == 1 for found in by_email.values())
        present = {record.name for record in records}
        for link in links:
            if {link.source.name, link.target.name} <= present:
                assert keys[link.source.name] == keys[link.target.name]
        minted = memory.history.customer_keys["customer_key"].to_pylist()
        dead = memory.dead()
        assert len(minted) == len({*minted})
        assert not dead & set(keys.values())
        left = {row["customer_key"] for row in memory.assigned().values() if row["rule"] == "gone"}
        assert set(minted) == dead | set(keys.values()) | left
        assert is_silent(memory.night(records, links))
