"""`live.duckdb`: the published orders with the touched ones laid over them, swapped in one step.

A link to a versioned file, as the publication's: a reader of the old one keeps a whole old one. Schema `live`,
never `marts`: nothing here was audited.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.request import naive
from orchestration import publication
from orchestration.marts import Mart
from orchestration.publication import BUILDING, STORAGE_VERSION

KEPT = 3
LABEL = "unaudited"
ORDERS = (
    "One row per (account, order_id): the published order, or its state since an event touched it."
    " Not audited; marts.orders of the published file is what was."
)
FRESHNESS = "One row: how far these orders have come. They are not audited."
COLUMNS = {
    "is_live": "Whether the row comes from the fast lane and not from the publication.",
    "seen_at": "When the shop was asked for this state, UTC; null for a published row.",
    "event_received_at": "When the newest event arrived that this row shows, UTC; null for a published row.",
}
FRESHNESS_COLUMNS = {
    "as_of": "Events that arrived by then are shown, UTC, except those still waiting.",
    "label": "What these orders are: unaudited.",
    "events_count": "Events shown that the publication doesn't show.",
    "orders_count": "Orders that they touched.",
    "waiting_events_count": "Events whose shop hasn't answered yet.",
    "oldest_waiting_at": "When the oldest of them arrived, UTC; null if none waits.",
    "unconverted_orders_count": "Orders without a rate into the group's currency: their _group amounts are null.",
    "published_run_id": "The publication underneath.",
    "published_as_of": "The moment that publication speaks of, UTC.",
}

# A deleted order is gone; of any other the touched state wins: what is left of it after a publication is newer.
ORDERS_SQL = """
    create table live.live.orders as
    with touched as (
        select account, split_part(id, '/', -1) as order_id, max(_received_at) as seen_at
        from deltas.raw_shopify.orders group by all
    ),
    arrived as (
        select account, split_part(order_gid, '/', -1) as order_id,
            max(received_at) as event_received_at
        from deltas.live.events where landed_at is not null group by all
    ),
    gone as (
        select account, split_part(order_gid, '/', -1) as order_id from deltas.live.gone
    )
    select orders.*, true as is_live, seen_at, event_received_at
    from deltas.marts.orders as orders
    inner join touched using (account, order_id)
    left join arrived using (account, order_id)
    anti join gone using (account, order_id)
    union all by name
    select orders.*, false as is_live, null::timestamp as seen_at,
        null::timestamp as event_received_at
    from published.marts.orders as orders
    anti join deltas.marts.orders as live using (account, order_id)
    anti join gone using (account, order_id)"""


@dataclass(frozen=True)
class Underneath:
    """The publication that the live orders are laid over."""

    file: Path
    reference: Path  # the raw tables it rests on, orders aside
    run_id: str
    published_at: datetime
    as_of: datetime | None


def underneath(published: Path) -> Underneath | None:
    """The current publication, if there is one that the fast lane can stand on. Moments in UTC, without a zone."""
    said = publication.current(published)
    if said is None:
        return None
    folder = Path(said["folder"])
    if not (folder / publication.REFERENCE).exists():
        return None
    return Underneath(
        file=folder / publication.FILES["marts"],
        reference=folder / publication.REFERENCE,
        run_id=said["run_id"],
        published_at=naive(datetime.fromisoformat(said["published_at"])),
        as_of=naive(datetime.fromisoformat(said["as_of"])) if said["as_of"] else None,
    )


def write(link: Path, deltas: Path, underneath: Underneath, mart: Mart, as_of: datetime) -> int:
    """Write a new version and make it the one that readers find; returns how many rows are live."""
    folder = link.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    building = folder / f"{BUILDING}live.duckdb"
    building.unlink(missing_ok=True)
    with duckdb.connect() as con:
        con.execute(f"attach {_text(deltas)} as deltas (read_only)")
        con.execute(f"attach {_text(underneath.file)} as published (read_only)")
        con.execute(f"attach {_text(building)} as live (storage_version '{STORAGE_VERSION}')")
        con.execute("create schema live.live")
        con.execute(ORDERS_SQL)
        con.execute(
            _freshness(),
            {"as_of": as_of, "run_id": underneath.run_id, "run_as_of": underneath.as_of},
        )
        for statement in _comments(mart):
            con.execute(statement)
        (live,) = con.execute("select count(*) from live.live.orders where is_live").fetchall()[0]
        con.execute("detach live")
    version = folder / f"live-{as_of:%Y%m%dT%H%M%S%f}.duckdb"
    building.rename(version)
    fresh = link.with_name(f"{BUILDING}{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(version.relative_to(link.parent))
    fresh.replace(link)
    sweep(link)
    return live


def refuse_to_overwrite(link: Path) -> None:
    if link.exists() and not link.is_symlink():
        raise FileExistsError(
            f"{link}: a file stands where the fast lane keeps its link. Move it away, or point"
            " PUBLISHED_PATH elsewhere, then start again."
        )


def sweep(link: Path) -> None:
    """Remove what a kill left half-written, and all but the newest versions."""
    folder = link.with_suffix("")
    for leftover in folder.glob(f"{BUILDING}*"):
        leftover.unlink()
    for old in sorted(folder.glob("live-*.duckdb"))[:-KEPT]:
        if old.resolve() != link.resolve():
            old.unlink()


def _freshness() -> str:
    return f"""
        create table live.live.freshness as
        select $as_of::timestamp as as_of, '{LABEL}' as label,
            count(*) filter (landed_at is not null) as events_count,
            (select count(*) from live.live.orders where is_live) as orders_count,
            count(*) filter (landed_at is null) as waiting_events_count,
            min(received_at) filter (landed_at is null) as oldest_waiting_at,
            (select count(*) from live.live.orders where net_sales_amount_group is null)
                as unconverted_orders_count,
            $run_id::varchar as published_run_id, $run_as_of::timestamp as published_as_of
        from deltas.live.events"""


def _comments(mart: Mart) -> Iterator[str]:
    described = {
        "orders": (ORDERS, {**mart.columns, **COLUMNS}),
        "freshness": (FRESHNESS, FRESHNESS_COLUMNS),
    }
    for table, (description, columns) in described.items():
        yield f"comment on table live.live.{table} is {_text(description)}"
        for column, said in columns.items():
            yield f'comment on column live.live.{table}."{column}" is {_text(said)}'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
