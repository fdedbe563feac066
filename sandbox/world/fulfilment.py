"""Parcels: one or two per order, on the way, delivered, lost or sent back."""

import duckdb

from sandbox.world import shops


def create_fulfilments(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.fulfilments``: one row per parcel that has left by the clock.

    ``arrived_at`` is when it was delivered, or was found to be undeliverable; empty on the way.
    """
    con.execute(
        f"""create table truth.fulfilments as
        with goods as (
            select ono, cast(sum(quantity) as bigint) as quantity
            from truth.subjects where kind = 'product' group by ono having sum(quantity) > 0),
        parcels as (
            select o.ono, o.shop, o.order_id, o.number, o.country, o.ship, o.clock, o.u, g.quantity,
                cast(fno as bigint) as fno,
                -- What may still be edited isn't packed.
                case when o.edit = 'none' then o.created_at else o.settled_at end
                    + (o.ship_after * fno) * interval 1 second as shipped_at,
                interval 1 day + cast(floor(o.u * 5) as bigint) * interval 1 day as days_on_the_way
            from truth.orders as o join goods as g using (ono)
            join (values (1), (2)) as n(fno)
                on n.fno <= case o.ship when 'none' then 0 when 'split' then 2 else 1 end
            -- Nothing leaves before a cancellation, nor a parcel that is not yet paid for.
            where o.gone_at is null),
        reached as (
            select *, case when shipped_at + days_on_the_way <= clock
                    then shipped_at + days_on_the_way end as arrived_at,
                case when shipped_at + interval 6 hour <= clock
                    then shipped_at + interval 6 hour end as in_transit_at
            from parcels where shipped_at <= clock)
        select ono, fno, shipped_at, quantity, ship, arrived_at,
            case when ship not in ('exception', 'returned') then arrived_at end as delivered_at,
            case when in_transit_at is null then 'FULFILLED' when arrived_at is null then 'IN_TRANSIT'
                when ship = 'exception' then 'ATTEMPTED_DELIVERY'
                when ship = 'returned' then 'NOT_DELIVERED' else 'DELIVERED' end as display_status,
            case when ship = 'returned' and arrived_at is not null then 'FAILURE' else 'SUCCESS' end as status,
            coalesce(arrived_at, in_transit_at, shipped_at) as updated_at, in_transit_at,
            shipped_at + interval 4 day as estimated_at,
            case when ship = 'split' then case fno when 1 then quantity - quantity // 2 else quantity // 2 end
                else quantity end as parcel_quantity,
            case when shop = {shops.JP} then 'Yamato' when country = 'US' then 'UPS'
                when country = 'GB' then 'Royal Mail' else 'DHL' end as company,
            cast(340000000000 + ono * 100 + fno as varchar) as tracking_number
        from reached order by ono, fno"""
    )
