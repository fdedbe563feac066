"""Windows on the wall clock: every property is checked over the nights on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.group import Blackout, Window
from orchestration import windows

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "Australia/Lord_Howe",  # changes by half an hour
    "America/Sao_Paulo",
    "Pacific/Apia",  # skipped a whole day in 2011
]
clocks = st.times().map(lambda t: t.replace(minute=t.minute // 15 * 15, second=0, microsecond=0))
around_clock_changes = st.sampled_from(
    [
        "2026-03-28",
        "2026-03-08",
        "2026-04-05",
        "2026-10-04",
        "2026-10-25",
        "2026-11-01",
        "2026-07-01",
    ]
).flatmap(
    lambda day: st.integers(-2 * 1440, 2 * 1440).map(
        lambda minutes: datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes)
    )
)


@st.composite
def any_window(draw: st.DrawFn) -> Window:
    start, end = draw(st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]))
    first = draw(st.dates(date(2026, 3, 1), date(2026, 11, 30)))
    blackouts = draw(
        st.sampled_from([(), (Blackout(first, first + timedelta(days=2), "stocktaking"),)])
    )
    return Window("nightly", draw(st.sampled_from(ZONES)), start, end, "ops", blackouts)


@settings(max_examples=150, deadline=None)
@given(any_window(), around_clock_changes)
def test_next_opening_is_the_first_open_minute(window: Window, moment: datetime):
    opening = windows.next_opening(window, moment)
    minute = moment
    while not windows.is_open(window, minute):
        minute += windows.MINUTE
    assert opening == minute


@settings(max_examples=150, deadline=None)
@given(any_window(), around_clock_changes)
def test_a_window_is_closed_exactly_when_it_gives_a_reason(window: Window, moment: datetime):
    reason = windows.closed_because(window, moment)
    assert (reason is None) == windows.is_open(window, moment)
    if reason:
        assert window.name in reason
        assert "Next opening" in reason


BERLIN = Window("nightly", "Europe/Berlin", time(1), time(5), "ops")


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-03-29", 3), ("2026-10-25", 5), ("2026-07-01", 4)]
)
def test_the_night_the_clocks_change_is_an_hour_shorter_or_longer(night: str, hours: int):
    noon_before = datetime.fromisoformat(night).replace(tzinfo=UTC) - timedelta(hours=12)
    minutes = sum(windows.is_open(BERLIN, noon_before + m * windows.MINUTE) for m in range(1440))
    assert minutes == hours * 60


def test_a_start_that_the_clocks_skip_begins_where_they_land():
    window = Window("nightly", "Europe/Berlin", time(2, 30), time(5), "ops")
    opening = windows.next_opening(window, datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert opening == datetime(2026, 3, 29, 1, tzinfo=UTC)  # 03:00 summer time


def test_a_window_that_the_clocks_skip_whole_opens_the_next_night():
    window = Window("nightly", "Europe/Berlin", time(2, 15), time(2, 45), "ops")
    opening = windows.next_opening(window, datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert opening == datetime(2026, 3, 30, 0, 15, tzinfo=UTC)


def test_a_window_over_midnight_reopens_when_a_blackout_ends():
    window = Window(
        "late",
        "Europe/Berlin",
        time(22),
        time(4),
        "ops",
        (Blackout(date(2026, 11, 27), date(2026, 11, 30), "Black Friday"),),
    )
    in_blackout = datetime(2026, 11, 27, 23, tzinfo=UTC)
    assert windows.next_opening(window, in_blackout) == datetime(2026, 11, 30, 23, tzinfo=UTC)
    reason = windows.closed_because(window, in_blackout)
    assert reason
    assert "Black Friday" in reason
    assert "2026-12-01 00:00 Europe/Berlin" in reason
