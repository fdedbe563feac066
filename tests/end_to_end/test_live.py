"""The fast lane whole: events in, orders out, against the answer key; kills lose nothing, marts never move."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.webhooks.store import Arrived, Store, store_of
from tests.end_to_end import scorecard
from tests.end_to_end.group import ServedGroup, Warehouse

DAYS = "6"
NOT_COMPARED = "is_live, seen_at, event_received_at"


def live(mine: Warehouse, *options: str) -> subprocess.CompletedProcess[str]:
    return mine.concord("live", "--once", *options, "--group", str(mine.group_file))


def shown(mine: Warehouse, sql: str) -> list[tuple]:
    return mine.query(sql, mine.folder / "live.duckdb")


def copy(warehouse: Warehouse, folder: Path) -> Warehouse:
    # `published.duckdb` is a link relative to its own folder, so the copy reads its own publication.
    shutil.copytree(warehouse.folder, folder, symlinks=True)
    return Warehouse(folder, warehouse.group_file)


@contextmanager
def listening(mine: Warehouse) -> Iterator[str]:
    """The intake of a warehouse, at an address of its own."""
    process = mine.start("webhooks", "serve", "--port", "0", "--group", str(mine.group_file))
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert line.startswith("ready: http"), line + process.stdout.read()
        yield line.removeprefix("ready: ").partition("/webhooks/")[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)


def test_touched_orders_are_what_is_published_as_long_as_nothing_changed(
    served: ServedGroup, warehouse: Warehouse, tmp_path: Path
):
    mine = copy(warehouse, tmp_path / "live")
    before = mine.published.resolve().stat().st_mtime_ns
    store = Store(store_of(mine.path))
    touched = mine.query(
        "select account, id from raw_shopify.orders group by account, id order by hash(id) limit 8",
        mine.path,
    )
    for number, (account, order) in enumerate(touched):
        store.put(
            Arrived(
                system="shopify",
                account=account,
                event_id=str(number),
                topic="orders/updated",
                occurred_at=None,
                received_at=datetime.now(UTC).replace(tzinfo=None),
                body=b"{}",
                subject=order,
            )
        )
    store.close()
    # The warehouse may be anyone's meanwhile: the lane never opens it.
    with duckdb.connect(str(mine.path)):
        ran = live(mine)
    assert ran.returncode == 0, ran.stdout
    with duckdb.connect(str(mine.folder / "live.duckdb"), read_only=True) as con:
        con.execute(f"attach '{mine.published.resolve()}' as published (read_only)")
        assert con.execute("select count(*) from live.orders where is_live").fetchall() == [(8,)]
        both = f"select * exclude ({NOT_COMPARED}) from live.orders"
        for difference in (
            f"{both} except from published.marts.orders",
            f"from published.marts.orders except {both}",
        ):
            assert con.execute(difference).fetchall() == []
        assert con.execute("select label, events_count from live.freshness").fetchall() == [
            ("unaudited", 8)
        ]
    assert mine.published.resolve().stat().st_mtime_ns == before
    assert "8 live orders" in mine.concord("status", "--group", str(mine.group_file)).stdout


@pytest.mark.soak
def test_days_of_events_and_kills_make_the_true_orders_until_a_publication_takes_them(
    served: ServedGroup, warehouse: Warehouse, tmp_path: Path
):
    mine = copy(warehouse, tmp_path / "live")
    before = mine.checksums()
    served.command("advance", "--days", DAYS)
    try:
        with listening(mine) as url:
            send = ["webhooks", "--to", url, "--days", DAYS, "--shuffle", "--duplicate", "0.3"]
            said = served.command(*send)
        for seconds in (1.0, 4.0, 7.0):
            killed_after(mine, seconds)
        ran = live(mine)
        assert ran.returncode == 0, said + ran.stdout
        served.command("answers", "--out", str(tmp_path / "answers"))
        assert differences(mine, tmp_path / "answers") == []
        ((new, changed, events),) = shown(
            mine,
            """select count(*) filter (is_live and created), count(*) filter (is_live and not created),
                      any_value(events_count)
               from (select *, processed_at >= published_as_of as created
                     from live.orders cross join live.freshness)""",
        )
        assert min(new, changed) > 0
        assert events > new + changed, "several events of one order"
        assert mine.checksums() == before
        published = mine.run()
        assert published.returncode == 0, published.stdout[-6000:]
        ran = live(mine)
        assert f"includes {new + changed} touched orders" in ran.stdout
        assert shown(mine, "select count(*) from live.orders where is_live") == [(0,)]
        assert shown(mine, "select count(*) from live.orders") == mine.query(
            "select count(*) from marts.orders"
        )
    finally:
        served.command("reset")


def killed_after(mine: Warehouse, seconds: float) -> None:
    """The resident worker, killed at some moment of its rounds."""
    process = mine.start("live", "--group", str(mine.group_file))
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def differences(mine: Warehouse, answers: Path) -> list[tuple]:
    """Live orders that aren't the answer key's; in the shops' own money, for rates are the publication's."""
    with duckdb.connect() as con:
        con.execute(f"attach '{(mine.folder / 'live.duckdb').resolve()}' as shown (read_only)")
        con.execute(f"create view orders as from '{answers / 'orders.parquet'}'")
        amounts = ", ".join(scorecard.COMPONENTS)
        true, found = (
            f"select account, order_id, {amounts} from {relation}"
            for relation in ("orders", "shown.live.orders")
        )
        return con.execute(f"({true} except {found}) union all ({found} except {true})").fetchall()
