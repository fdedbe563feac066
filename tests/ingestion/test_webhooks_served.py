"""The whole way: the sandbox's vendors send, the intake keeps, the drain lands what a pull would have landed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import group as group_file
from ingestion import load
from ingestion.webhooks.drain import drain
from ingestion.webhooks.store import Store, store_of
from sandbox import group_file as sandbox_group
from sandbox import serve
from sandbox.shopify.limits import Limits
from sandbox.webhooks.sending import How
from sandbox.webhooks.vendors import Vendors
from sandbox.world_options import WorldOptions
from tests.bench import webhooks as bench
from tests.ingestion.conftest import HURRIED, Warehouse
from tests.ingestion.senders import serving

pytestmark = pytest.mark.soak

OPTIONS = WorldOptions(seed=3, orders=150, days=60)
SHOPIFY = ("orders", "line_items", "sales", "transactions", "refunds", "fulfillments", "customers")


@pytest.fixture
def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[serve.Group, group_file.Group]]:
    file = tmp_path / "group.toml"
    with serve.running(
        OPTIONS.build(), "test", tmp_path / "requests.jsonl", Limits(restore_rate=2000)
    ) as group:
        sandbox_group.write(file, group.world, group, "test")
        for line in file.with_name("group.toml.env").read_text().splitlines():
            monkeypatch.setenv(*line.split("=", 1))
        yield group, group_file.load(file)


def versions(warehouse: Warehouse, table: str) -> dict[tuple, tuple]:
    """(account, id) -> what staging takes of it."""
    rows = warehouse.query(
        f"select account, id, _version_at, _version_hash from raw_{table} qualify row_number() over"
        " (partition by account, id order by _version_at desc, _received_at desc, _version_hash desc) = 1"
    )
    return {row[:2]: row[2:] for row in rows}


def test_shuffled_and_repeated_events_land_what_a_pull_lands(
    served: tuple[serve.Group, group_file.Group], tmp_path: Path
):
    group, read = served
    by_event = Warehouse(tmp_path / "events" / "warehouse.duckdb")
    by_pull = Warehouse(tmp_path / "pull" / "warehouse.duckdb")
    with serving(by_event.path, read) as vendor:
        how = How(vendor.intake.base_url, shuffle=True, duplicate=0.3)
        told = Vendors(group, "test").send_latest(25, how)
    assert told["answers"].keys() == {"200", "202"}  # Adyen asks for 202
    assert told["unanswered"] == 0
    store = Store(store_of(by_event.path))
    assert store.depth("raw") == told["events"]
    found = drain(read, by_event.workdir, by_event.path, HURRIED)
    found.raise_faults()
    assert found.events == told["events"] == by_event.count("webhooks.events")
    first = {table: versions(by_event, f"shopify.{table}") for table in SHOPIFY}
    store.again("raw", store.numbers())
    assert drain(read, by_event.workdir, by_event.path, HURRIED).events == told["events"]
    for account in [*read.accounts_of("shopify"), *read.accounts_of("stripe")]:
        prepared = load.extract_account(account, read, by_pull.workdir, by_pull.path, HURRIED)
        load.load_prepared(prepared, by_pull.path)
    for table, seen in first.items():
        again, pulled = (
            versions(by_event, f"shopify.{table}"),
            versions(by_pull, f"shopify.{table}"),
        )
        assert seen, table
        assert again == seen, f"{table}: a replay changes nothing"
        assert seen.items() <= pulled.items(), f"{table}: shape and version are the pull's"
    for table in ("charges", "payouts"):
        state = f"select account, id, status from raw_stripe.{table} qualify row_number() over"
        state += " (partition by account, id order by _version_at desc, _received_at desc) = 1"
        assert set(by_event.query(state)) <= set(by_pull.query(state)), table
        assert by_event.count(f"stripe.{table}")


def test_an_intake_killed_under_load_loses_nothing_it_acknowledged():
    found = bench.measure(rate=500, seconds=8)
    assert found["acknowledged"] == 4000
    assert (found["lost"], found["stored_twice"], found["unanswered"]) == (0, 0, 0)
    assert found["deliveries"] > found["acknowledged"], "some were delivered twice"
