"""The nightly schedule runs in its window, says why it does not, and asks again at the first step."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from ingestion.group import Blackout, Window
from orchestration import schedules

NIGHTLY = Window(
    "nightly",
    "Europe/Berlin",
    time(1),
    time(5),
    "data-platform",
    (Blackout(date(2026, 11, 27), date(2026, 11, 30), "Black Friday"),),
)


def evaluate(moment: datetime) -> dg.RunRequest | dg.SkipReason:
    schedule = schedules.nightly("refresh_warehouse", NIGHTLY)
    context = dg.build_schedule_context(scheduled_execution_time=moment)
    result = schedule(context)
    assert isinstance(result, dg.RunRequest | dg.SkipReason)
    return result


def test_it_is_due_when_the_first_window_opens():
    schedule = schedules.nightly("refresh_warehouse", NIGHTLY)
    assert schedule.name == "refresh_warehouse_nightly"
    assert schedule.cron_schedule == "0 1 * * *"
    assert schedule.execution_timezone == "Europe/Berlin"


def test_inside_the_window_it_asks_for_a_run_that_knows_its_window():
    request = evaluate(datetime(2026, 7, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")))
    assert isinstance(request, dg.RunRequest)
    assert request.tags[schedules.WINDOW_TAG] == "nightly"


def test_in_a_blackout_it_says_which_and_when_it_opens_again():
    skipped = evaluate(datetime(2026, 11, 28, 0, tzinfo=UTC))
    assert isinstance(skipped, dg.SkipReason)
    assert skipped.skip_message
    for said in ("nightly", "Black Friday", "2026-12-01 01:00 Europe/Berlin"):
        assert said in skipped.skip_message


def test_a_scheduled_run_that_starts_in_a_blackout_is_refused_at_its_first_step():
    today = datetime.now(UTC).date()
    always = Window(
        "nightly", "UTC", time(0), time(23, 59), "ops", (Blackout(today, today, "stocktaking"),)
    )
    with pytest.raises(dg.Failure, match="stocktaking") as refused:
        schedules.refuse_when_closed({schedules.WINDOW_TAG: "nightly"}, {"nightly": always})
    assert not refused.value.allow_retries
    schedules.refuse_when_closed({}, {"nightly": always})  # started by a person
