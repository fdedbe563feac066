"""What the carriers really do: ``truth.parcels``, one row per tracking that AfterShip has by the clock.

Grain: a parcel of a shop's fulfilment (``kind`` fulfilment), what was sent in place of a lost one
(replacement), or a tracking somebody typed in (lone). ``fate``: plain; twice (a second attempt); late
(delivered after all); lost; expired (no more word); returned. ``arrives_at`` is planned, and what comes
of it by the clock stands in ``carrier_scans``.
"""

from datetime import datetime

import duckdb
import numpy as np

from sandbox.world.carrier_cases import LONE, PARCELS, REUSES, order_of
from sandbox.world.columns import store, store_rows
from sandbox.world.streams import Streams

PER_ORDER = 2
TRACKED, UNNAMED = 0.97, 0.01
# Shares of luck: of parcels that arrive, those at the second attempt; of those that don't, what else.
TWICE, LOST, LATE = 0.03, 0.4, 0.8
LUCK = {"twice": 0.0, "lost": 0.2, "late": 0.6, "expired": 0.9}
LOST_AFTER = "interval 9 day"  # until the carrier admits it


def create_carrier(con: duckdb.DuckDBPyConnection, seed: int, clock: datetime) -> None:
    _reuse_numbers(con)
    _draw(con, seed)
    _create_lone(con)
    con.execute(
        f"""create table truth.parcels as
        with sent as (
            select o.ono, f.fno, 'fulfilment' as kind, f.tracking_number as number,
                {_slug("f.company")} as slug, d.sync_lag, d.scan_lag, f.shipped_at,
                -- As the shop's own plan has it, see sandbox.world.fulfilment.
                f.shipped_at + interval 1 day + cast(floor(o.u * 5) as bigint) * interval 1 day as arrives_at,
                case when f.ship = 'returned' then 'returned'
                    when f.ship = 'exception' then case when d.luck < {LOST} then 'lost'
                        when d.luck < {LATE} then 'late' else 'expired' end
                    when d.luck < {TWICE} then 'twice' else 'plain' end as fate,
                case when d.names_order
                    then o.account || '.myshopify.com:' || o.order_id end as order_id,
                case when d.names_order then '#' || (1000 + o.number) end as order_number,
                case when d.names_order then 'api' else 'web' end as source,
                case when o.currency = 'JPY' then 'JP' else 'DE' end as origin, o.country, o.city, o.zip
            from truth.fulfilments as f join truth.orders as o using (ono)
            join truth.parcels_drawn as d on d.parcel = f.ono * {PER_ORDER} + f.fno - 1
            where d.is_tracked),
        replaced as (
            select * replace ('replacement' as kind, cast(350000000000 + ono * 100 + fno as varchar) as number,
                'plain' as fate, arrives_at + {LOST_AFTER} + interval 1 day as shipped_at,
                arrives_at + {LOST_AFTER} + interval 3 day as arrives_at)
            from sent where fate = 'lost'),
        parcels as (
            select * from sent union all by name select * from replaced
            union all by name select * from truth.parcels_typed)
        select *, md5('tracking ' || kind || ' ' || ono || ' ' || fno) as tracking_id,
            shipped_at + sync_lag * interval 1 second as created_at
        from parcels where shipped_at + sync_lag * interval 1 second <= ?
        order by ono, fno, kind""",
        [clock.replace(tzinfo=None)],
    )
    con.execute("drop table truth.parcels_drawn")


def _slug(company: str) -> str:
    """AfterShip's name for a carrier."""
    known = "when 'Yamato' then 'taqbin-jp' when 'Royal Mail' then 'royal-mail'"
    return f"case {company} {known} else lower({company}) end"


def _reuse_numbers(con: duckdb.DuckDBPyConnection) -> None:
    """Before anybody prints a number: the later parcel gets the earlier one's."""
    for reuse in REUSES:
        con.execute(
            """update truth.fulfilments set tracking_number = (
                select tracking_number from truth.fulfilments where ono = ? and fno = 1)
            where ono = ? and fno = 1""",
            [order_of(reuse.earlier), order_of(reuse.later)],
        )


def _draw(con: duckdb.DuckDBPyConnection, seed: int) -> None:
    (orders,) = con.execute("select max(ono) + 1 from truth.orders").fetchall()[0]
    streams = Streams(seed, "parcels", orders * PER_ORDER)
    is_tracked = streams.happens("tracked", TRACKED)
    names_order = ~streams.happens("unnamed", UNNAMED)
    luck = streams.uniform("luck")

    def settle(order: str, fate: str, *, is_known: bool, is_named: bool) -> None:
        row = order_of(order) * PER_ORDER
        is_tracked[row], names_order[row], luck[row] = is_known, is_named, LUCK.get(fate, 0.99)

    for case in PARCELS:
        settle(case.order, case.fate, is_known=case.is_tracked, is_named=case.names_order)
    for reuse in REUSES:
        settle(reuse.earlier, "plain", is_known=True, is_named=True)
        settle(reuse.later, "plain", is_known=True, is_named=reuse.names_order)
    store(
        con,
        "truth.parcels_drawn",
        {
            "parcel": np.arange(streams.size),
            "is_tracked": is_tracked,
            "names_order": names_order,
            "luck": luck,
            # Seconds that our connector takes, and AfterShip's asking the carrier.
            "sync_lag": (600 + 3600 * streams.uniform("sync")).astype("int64"),
            "scan_lag": (300 + 5400 * streams.uniform("scan")).astype("int64"),
        },
    )


def _create_lone(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.parcels_typed``: the trackings of no fulfilment; one may name an order all the same."""
    store_rows(
        con,
        "truth.lone_cases",
        ["place", "order_ono", "typed", "number", "shipped_at"],
        [
            (
                n,
                order_of(case.order) if case.order else -1,
                case.typed,
                case.number,
                case.shipped_at,
            )
            for n, case in enumerate(LONE)
        ],
    )
    con.execute(
        """create table truth.parcels_typed as
        select -1 - place as ono, 1 as fno, 'lone' as kind, l.number, 'dhl' as slug, 1200 as sync_lag,
            900 as scan_lag, cast(l.shipped_at as timestamp) as shipped_at,
            cast(l.shipped_at as timestamp) + interval 2 day as arrives_at, 'plain' as fate,
            coalesce(o.account || '.myshopify.com:' || o.order_id, nullif(l.typed, '')) as order_id,
            '#' || (1000 + o.number) as order_number, 'web' as source, 'DE' as origin, 'DE' as country,
            'Hamburg' as city, '20095' as zip
        from truth.lone_cases as l left join truth.orders as o on o.ono = l.order_ono"""
    )
    con.execute("drop table truth.lone_cases")
