"""Lanes on the clock: due at their cadence, never in a blackout, not while one goes on, not without need."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion import group as group_file
from ingestion.group import Blackout, Group, Window
from ingestion.lanes import Lane
from orchestration import environment, lanes, publication, schedules
from tests.ingestion.tiny_shop import TinyShop, open_shop
from tests.ingestion.tiny_world import customer, order

BLACKOUT = Blackout(date(2026, 11, 27), date(2026, 11, 30), "Black Friday")
NIGHTLY = Window("nightly", "Europe/Berlin", time(1), time(5), "ops", (BLACKOUT,))
BEHAVIOURAL = Lane(
    "behavioural", timedelta(minutes=20), "ops", streams=("shopify.customers", "stripe")
)
SCORES = Lane("scores", timedelta(days=1), "ops", marts=("customer_ltv",), at=time(6))
GROUP = Group(
    "Tiny",
    "EUR",
    "Europe/Berlin",
    (),
    {"nightly": NIGHTLY},
    {"behavioural": BEHAVIOURAL, "scores": SCORES},
)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
Evaluate = Callable[[Lane, datetime], dg.RunRequest | dg.SkipReason]


@pytest.fixture(autouse=True)
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PUBLISHED_PATH", str(tmp_path / "published.duckdb"))
    return environment.published_path()


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as storage:
        yield storage


@pytest.fixture
def evaluate(instance: dg.DagsterInstance) -> Evaluate:
    def evaluated(lane: Lane, moment: datetime) -> dg.RunRequest | dg.SkipReason:
        schedule = schedules.of_lane(lane, GROUP, "serving")
        result = schedule(dg.build_schedule_context(instance, scheduled_execution_time=moment))
        assert isinstance(result, dg.RunRequest | dg.SkipReason)
        return result

    return evaluated


def reason(skipped: dg.RunRequest | dg.SkipReason) -> str:
    assert isinstance(skipped, dg.SkipReason)
    return skipped.skip_message or ""


def publish(published: Path, moment: datetime) -> None:
    folder = published.parent / "publications" / "current"
    folder.mkdir(parents=True)
    record = {"run_id": "0123456789", "published_at": moment.isoformat(), "as_of": None}
    (folder / publication.RECORD).write_text(json.dumps(record))


def test_a_lane_of_streams_runs_by_day_and_says_which_lane_it_is(evaluate: Evaluate):
    request = evaluate(BEHAVIOURAL, NOON)
    assert isinstance(request, dg.RunRequest)
    assert request.tags[schedules.LANE_TAG] == "behavioural"
    schedule = schedules.of_lane(BEHAVIOURAL, GROUP, "serving")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("*/20 * * * *", GROUP.zone)


def test_no_lane_runs_in_a_blackout(evaluate: Evaluate):
    for lane in (BEHAVIOURAL, SCORES):
        assert "Black Friday" in reason(evaluate(lane, datetime(2026, 11, 28, 12, tzinfo=UTC)))


def test_a_lane_bound_to_a_window_keeps_to_it(evaluate: Evaluate):
    bound = Lane("bound", timedelta(minutes=20), "ops", streams=("shopify",), window="nightly")
    assert "window 'nightly'" in reason(evaluate(bound, NOON))
    assert isinstance(evaluate(bound, NOON.replace(hour=1)), dg.RunRequest)


def test_a_lane_waits_for_its_own_run_before(evaluate: Evaluate, instance: dg.DagsterInstance):
    run = dg.DagsterRun("serving", run_id="a" * 36, status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)
    assert "is not finished" in reason(evaluate(BEHAVIOURAL, NOON))
    instance.delete_run(run.run_id)
    assert isinstance(evaluate(BEHAVIOURAL, NOON), dg.RunRequest)


def test_a_lane_of_marts_runs_only_when_they_are_older_than_it_allows(
    evaluate: Evaluate, published: Path
):
    assert isinstance(evaluate(SCORES, NOON), dg.RunRequest), "nothing was ever published"
    publish(published, NOON - timedelta(hours=5))
    assert "published 300 minutes ago by run 01234567" in reason(evaluate(SCORES, NOON))
    assert isinstance(evaluate(SCORES, NOON + timedelta(hours=19)), dg.RunRequest)


def test_a_lanes_run_that_starts_in_a_blackout_is_refused_at_its_first_step():
    today = datetime.now(UTC).date()
    shut = Window("nightly", "UTC", time(1), time(5), "ops", (Blackout(today, today, "stock"),))
    with pytest.raises(dg.Failure, match="stock"):
        schedules.refuse_when_closed({schedules.LANE_TAG: "scores"}, {"nightly": shut})
    schedules.refuse_when_closed({}, {"nightly": shut})  # started by a person


def test_streams_have_a_job_marts_have_the_line_and_an_unknown_mart_is_named():
    assert [job.name for job in lanes.jobs(GROUP)] == ["load_behavioural_lane"]
    model = {
        "resource_type": "model",
        "config": {"access": "public"},
        "schema": "marts",
        "alias": "customer_ltv",
        "description": "",
        "columns": {},
    }
    manifest = {"nodes": {"model.a": model}}
    found = {s.name: s.job_name for s in lanes.schedules(GROUP, "line", manifest)}
    assert found == {"lane_behavioural": "load_behavioural_lane", "lane_scores": "line"}
    model["alias"] = "orders"
    with pytest.raises(ValueError, match="lane 'scores': no public mart 'customer_ltv'"):
        list(lanes.schedules(GROUP, "line", manifest))


SHOP = """
[group]
name = "Tiny"
currency = "EUR"
zone = "Europe/Berlin"

[[accounts]]
system = "shopify"
account = "tiny-shop"
legal_entity = "tiny-gmbh"
base_url = "{url}"
zone = "Europe/Berlin"
currency = "EUR"
secret_env = "TINY_SECRET"
owner = "ops"

[lanes.people]
every = "20m"
owner = "ops"
streams = ["shopify.customers"]
"""


@pytest.mark.soak
def test_a_lanes_job_lands_its_streams_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instance: dg.DagsterInstance
):
    shop = TinyShop(orders=[order(1)], customers=[customer(1), customer(2)])
    with open_shop(shop):
        file, warehouse = tmp_path / "group.toml", tmp_path / "warehouse.duckdb"
        file.write_text(SHOP.format(url=shop.base_url))
        settings = {
            "GROUP_CONFIG": file,
            "WAREHOUSE_PATH": warehouse,
            "TINY_SECRET": "shpat_static",
            "CONCORD_HASH_KEY": "a key",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, str(value))
        (job,) = lanes.jobs(group_file.load(file))
        ran = job.execute_in_process(instance=instance)
    assert ran.success
    with duckdb.connect(str(warehouse), read_only=True) as con:
        landed = con.execute(
            "select (select count(*) from raw_shopify.customers), (select count(*) from raw_shopify.orders)"
        ).fetchall()
    assert landed == [(2, 0)]
    told = instance.get_latest_materialization_event(dg.AssetKey(["raw_shopify", "customers"]))
    assert told
    assert told.asset_materialization
    assert told.asset_materialization.metadata["rows_loaded"].value == 2
    assert not instance.get_latest_materialization_event(dg.AssetKey(["raw_shopify", "orders"]))
