"""What lies where: units on hand, promised and on their way, as orders and parcels left them.

A place starts full, and gets a hundred more whenever a hundred have left, so what it holds follows from
what has happened alone. Nothing is kept of gift cards, which are not goods.
"""

from datetime import datetime

import duckdb

from sandbox.world.catalogue import GIFT_CARD
from sandbox.world.locations import create_locations

FIRST_ITEM = 3_000_000  # above a shop's first id
RESTOCKED = 100  # units that arrive at once
DEARER_PERCENT = 5  # what a cost rises by, once
DEARER_FROM_DAYS, DEARER_DAYS = 220, 320  # when, around the base clock


def create_stock(con: duckdb.DuckDBPyConnection, base: datetime, clock: datetime) -> None:
    """``truth.locations``, ``truth.inventory_items`` and ``truth.inventory_levels``."""
    create_locations(con)
    base_at, now = (f"timestamp '{at:%Y-%m-%d %H:%M:%S}'" for at in (base, clock))
    con.execute(
        f"""create table truth.inventory_items as
        with priced as (
            select v.shop, v.variant, v.variant_id, v.sku, v.created_at, s.account, s.currency,
                s.first_id + {FIRST_ITEM} + v.variant * s.id_step as item_id,
                v.variant <> {GIFT_CARD} as is_goods, v.vendor,
                div_round(v.price * (30 + v.variant * 7 % 31), 100) as first_cost,
                {base_at} + (v.variant * 37 % {DEARER_DAYS} - {DEARER_FROM_DAYS}) * interval 1 day as dearer_at
            from truth.variants as v join truth.shops as s using (shop))
        select * exclude (dearer_at, first_cost),
            case when is_goods then case when dearer_at <= {now}
                then div_round(first_cost * {100 + DEARER_PERCENT}, 100) else first_cost end end as cost,
            case when is_goods and dearer_at <= {now} then dearer_at else created_at end as updated_at
        from priced order by shop, variant"""
    )
    con.execute(
        """create table truth.inventory_levels as
        with parcels as (select ono, min(shipped_at) as shipped_at from truth.fulfilments group by ono),
        sold as (
            select o.shop, l.variant, o.pay = 'cash' as is_store, l.quantity, o.created_at, p.shipped_at,
                case when p.shipped_at is null then o.gone_at end as gone_at
            from truth.lines as l join truth.orders as o using (ono) left join parcels as p using (ono)
            where l.added_in = 0 and not l.is_gift_card and not o.is_test),
        counted as (
            select shop, variant, is_store, max(greatest(created_at, shipped_at, gone_at)) as changed_at,
                cast(coalesce(sum(quantity) filter (shipped_at is not null), 0) as bigint) as shipped,
                cast(coalesce(sum(quantity) filter (shipped_at is null and gone_at is null), 0) as bigint)
                    as committed
            from sold group by shop, variant, is_store),
        kept as (
            select i.shop, i.variant, i.item_id, i.account, l.location_id, i.created_at,
                coalesce(c.changed_at, i.created_at) as updated_at, coalesce(c.shipped, 0) as shipped,
                coalesce(c.committed, 0) as committed, (i.variant + l.place) % 3 as reserved,
                """
        f"""200 + (i.variant * 53 + l.place * 17) % 400 + {RESTOCKED} * (coalesce(c.shipped, 0) // {RESTOCKED})
                    - coalesce(c.shipped, 0) as on_hand
            from truth.inventory_items as i
            -- The first place sends parcels, the store sells; the third has what comes back.
            join truth.locations as l on l.shop = i.shop
            left join counted as c on c.shop = i.shop and c.variant = i.variant
                and c.is_store = l.is_store and l.place < 2
            where i.is_goods and l.deactivated_at is null)
        select *, on_hand - committed - reserved as available,
            case when shipped % {RESTOCKED} >= 70 then {RESTOCKED} else 0 end as incoming
        from kept order by shop, variant, location_id"""
    )
