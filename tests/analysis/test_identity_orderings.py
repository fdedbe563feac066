"""Whatever order records come in, and however often: the same people get the same keys."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.people import Memory, Record, guest, is_silent

EMAILS = st.sampled_from([None, "a@x.de", "b@x.de", "c@x.de", "info@x.de"])
NIGHTS = st.lists(
    st.lists(st.tuples(st.integers(0, 12), EMAILS, st.booleans()), max_size=12),
    min_size=1,
    max_size=4,
)


def _records(night: list[tuple[int, str | None, bool]]) -> list[Record]:
    found = {}
    for number, email, is_guest in night:
        role = email == "info@x.de"
        record = guest(str(number), email, is_role=role) if is_guest else None
        record = record or Record(str(number), email, is_role=role)
        found[record.name] = record
    return list(found.values())


@settings(max_examples=60, deadline=None)
@given(nights=NIGHTS, seed=st.integers(0, 2**16))
def test_orderings_never_change_keys(nights: list, seed: int) -> None:
    told, shuffled = Memory(), Memory()
    for night in nights:
        records = _records(night)
        told.night(records)
        shuffled.night(random.Random(seed).sample(records, len(records)))
        assert shuffled.assigned() == told.assigned()


@settings(max_examples=60, deadline=None)
@given(nights=NIGHTS)
def test_every_night_leaves_one_living_key_per_group_and_none_that_died(nights: list) -> None:
    memory = Memory()
    for night in nights:
        records = _records(night)
        memory.night(records)
        keys = memory.keys()
        by_email: dict[str, set[str]] = {}
        for record in records:
            if record.email and not record.is_role:
                by_email.setdefault(record.email, set()).add(keys[record.name])
        assert all(len(found) == 1 for found in by_email.values())
        minted = memory.history.customer_keys["customer_key"].to_pylist()
        dead = set(memory.history.redirects["from_customer_key"].to_pylist())
        assert len(minted) == len({*minted})
        assert not dead & set(keys.values())
        assert set(minted) == dead | set(keys.values())
        assert is_silent(memory.night(records))
