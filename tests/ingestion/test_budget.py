"""Budgets: processes that share an account stay inside its limits together; what was used is on record."""

import json
import logging
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import load
from ingestion.budget import FILE, RESERVE, Budget
from ingestion.budget_file import BudgetFile, Lacking, Limit
from ingestion.errors import VendorError
from ingestion.group import Group
from ingestion.usage import at_days_end, standings
from sandbox import group_file as sandbox_group_file
from sandbox import serve
from sandbox.shopify.limits import Limits
from sandbox.world import build
from tests.ingestion.conftest import PROJECT, Warehouse, account_of
from tests.ingestion.tiny_crm import TinyCrm, contact, open_crm

BUCKET = Limit("admin graphql", "points", "bucket", 1_000, 1e9)  # as good as never filled again
WINDOW = Limit("list", "requests", "second", 5, 1e9)
DAY = Limit("account", "requests", "day", 1_000, 86_400)
ACCOUNT = account_of("http://127.0.0.1:1", "crm", "hubspot")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A group whose shops have few points: its group file; beside it stands the request log."""
    folder = tmp_path_factory.mktemp("served")
    world = build(seed=5, days=60, orders=100)
    limits = Limits(bucket=400, restore_rate=200)
    with serve.running(world, "budgets", folder / "requests.jsonl", limits) as group:
        sandbox_group_file.write(folder / "group.toml", world, group, "budgets")
        yield folder / "group.toml"


def opened(folder: Path, account: str = "tiny") -> BudgetFile:
    """The budgets of one account, each as it is declared."""
    file = BudgetFile(folder / FILE, "shopify", account)
    for limit in (BUCKET, WINDOW):
        file.known(limit)
    return file


def jobs(served: Path, workdir: Path, accounts: list[str], times: int) -> list[subprocess.Popen]:
    """Two processes that ask the same accounts at the same time."""
    command = [sys.executable, "-m", "tests.ingestion.ask_often", str(served), str(workdir)]
    return [
        subprocess.Popen(
            [*command, str(times), *accounts], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]


@pytest.mark.soak
def test_two_processes_together_stay_inside_every_vendors_limits(served: Path, tmp_path: Path):
    accounts = ["parcels", "crm", "nordlicht-de", "payments-kk"]
    started = jobs(served, tmp_path, accounts, 9)
    for job in started:
        out, _ = job.communicate(timeout=120)
        assert job.returncode == 0
        assert dict(line.split() for line in out.splitlines()) == dict.fromkeys(accounts, "0")
    lines = map(json.loads, (served.parent / "requests.jsonl").read_text().splitlines())
    asked = Counter((line["account"], line["status"]) for line in lines if line["cost"] != 0)
    assert {account: asked[account, 200] for account in accounts} == dict.fromkeys(accounts, 18)
    assert not [key for key in asked if key[1] == 429]


def test_what_one_took_another_has_not_got(tmp_path: Path):
    one, other, stranger = opened(tmp_path), opened(tmp_path), opened(tmp_path, "other")
    one.take([BUCKET], 700, 0)
    with pytest.raises(Lacking) as lacking:
        other.take([BUCKET], 400, 0)
    assert lacking.value.seconds == pytest.approx(1e8, rel=0.01)  # 100 points of 1,000
    stranger.take([BUCKET], 400, 0)
    taken = one.take([BUCKET], 200, 0)
    one.settle(BUCKET, taken.tickets[BUCKET.key], 190, None)  # it came to 10
    other.take([BUCKET], 280, 0)


def test_a_request_leaves_its_window_counted_from_its_answer(tmp_path: Path):
    file = opened(tmp_path)
    brief = Limit("list", "requests", "second", 1, 0.15)
    taken = file.take([brief], 0, 0)
    time.sleep(0.2)  # longer than the window, but the vendor may not have counted it yet
    with pytest.raises(Lacking):
        file.take([brief], 0, 0)
    file.settle(brief, taken.tickets[brief.key], 0, None)
    with pytest.raises(Lacking):
        file.take([brief], 0, 0)
    time.sleep(0.2)
    file.take([brief], 0, 0)


def test_all_limits_of_a_request_are_taken_or_none(tmp_path: Path):
    file = opened(tmp_path)
    narrow = Limit("charges", "requests", "second", 1, 1e9)
    file.take([WINDOW, narrow], 0, 0)
    for _ in range(9):
        with pytest.raises(Lacking):
            file.take([WINDOW, narrow], 0, 0)
    for _ in range(4):
        file.take([WINDOW], 0, 0)


@pytest.mark.parametrize(("limit", "points"), [(BUCKET, 100), (WINDOW, 0)])
def test_low_priority_leaves_a_fifth_to_high(tmp_path: Path, limit: Limit, points: float):
    file = opened(tmp_path)
    low, high = (times(file, limit, points, reserve) for reserve in (RESERVE, 0))
    each = points or 1
    assert (low * each, high * each) == (0.8 * limit.allowed, 0.2 * limit.allowed)


def times(file: BudgetFile, limit: Limit, points: float, reserve: float) -> int:
    """How often a limit can be taken of until it lacks."""
    for count in range(100):
        try:
            file.take([limit], points, reserve)
        except Lacking:
            return count
    return 100


def test_a_query_dearer_than_what_low_priority_may_use_waits_for_a_full_bucket(tmp_path: Path):
    opened(tmp_path, "other").take([BUCKET], 950, RESERVE)
    file = opened(tmp_path)
    file.take([BUCKET], 1, 0)
    with pytest.raises(Lacking):
        file.take([BUCKET], 950, RESERVE)


def test_the_vendors_word_wins_over_what_is_documented_and_stays_known(tmp_path: Path):
    budget = Budget(ACCOUNT, tmp_path / FILE)
    budget.learn(Limit("list", "requests", "second", 8, 1))
    with budget.spending([WINDOW]):
        pass
    assert Budget(ACCOUNT, tmp_path / FILE).known(WINDOW).allowed == 8
    assert Budget(account_of("http://h", "b", "hubspot"), tmp_path / FILE).known(WINDOW) == WINDOW


def test_a_bucket_that_others_use_too_is_as_full_as_the_vendor_says(tmp_path: Path):
    budget = Budget(ACCOUNT, tmp_path / FILE)
    with budget.spending([BUCKET], 10) as spent:
        spent.cost, spent.available = 5, 300
    with pytest.raises(Lacking):
        BudgetFile(tmp_path / FILE, "hubspot", "crm").take([BUCKET], 301, 0)
    (standing,) = standings(tmp_path, "hubspot", "crm")
    assert (standing.allowed, round(standing.left or 0)) == (1_000, 300)


def test_a_day_that_is_over_says_nothing_of_today(tmp_path: Path):
    budget = Budget(ACCOUNT, tmp_path / FILE)
    budget.note(DAY, 0, 3600)
    assert budget.left(DAY) is not None
    budget.note(DAY, 0, -1)
    assert budget.left(DAY) is None
    (standing,) = standings(tmp_path, "hubspot", "crm")
    assert standing.left == 1_000


def test_a_day_comes_to_what_its_pace_says():
    assert at_days_end(600, 43_200) == 1_200
    assert at_days_end(100, 86_400) == 2_500  # it began just now: as if an hour had gone
    assert at_days_end(100, 0) == 100


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyCrm]:
    monkeypatch.setenv("TINY_SECRET", "pat-eu1-tiny")
    with open_crm(TinyCrm(contacts=[contact(1)], members={"1": {"70": [None]}})) as opened:
        yield opened


def test_what_a_load_used_is_landed_also_of_one_that_failed(
    crm: TinyCrm, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    account = account_of(crm.base_url, "crm", "hubspot")
    crm.left = 100_000
    warehouse.load(account)
    assert "of the day's 650000 requests are used" in caplog.text
    crm.left = 2
    with pytest.raises(VendorError, match="the day's requests"):
        warehouse.extract(account)
    crm.left = 600_000
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        warehouse.load(account)
    assert "requests are used" not in caplog.text
    day = warehouse.query(
        "select allowed, used > 0, remaining, forecast >= used, status, requests_count > 0"
        " from raw_hubspot.api_usage where period = 'day' order by checked_at"
    )
    assert [row[:2] + row[3:] for row in day] == [
        (650_000, True, True, status, True) for status in ("warning", "exhausted", "ok")
    ]
    assert day[1][2] == 0
    assert warehouse.query(
        "select distinct unit, period, allowed, status, throttled_count"
        " from raw_hubspot.api_usage where period <> 'day' order by all"
    ) == [("requests", "10s", 100, "ok", 0), ("requests", "second", 5, "ok", 0)]
    group = Group("Tiny", "EUR", "Europe/Berlin", (account,))
    load.load_group_context(group, load.as_of([]), warehouse.workdir, warehouse.path)
    assert warehouse.query("select distinct system, account from raw_group.api_usage") == [
        ("hubspot", "crm")
    ]
