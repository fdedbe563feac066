"""Parcels: one or two per order, on the way, delivered, lost or sent back."""

import duckdb

from sandbox.world import shops


def create_fulfilments(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.fulfilments``: one row per parcel that has left by the clock."""
    con.execute(
        f"""create table truth.fulfilments as
        with goods as (
            select ono, cast(sum(quantity) as bigint) as quantity
            from truth.subjects where kind = 'product' group by ono having sum(quantity) > 0),
        parcels as (
            select o.ono, o.shop, o.order_id, o.number, o.country, o.ship, o.clock, o.u, g.quantity,
                cast(fno as bigint) as fno,
                o.created_at + (o.ship_after * fno) * interval 1 second as shipped_at,
                o.created_at + (o.ship_after * fno + 86400
                    + cast(floor(o.u * 5) as bigint) * 86400) * interval 1 second as arrived_at
            from truth.orders as o join goods as g using (ono)
            join (values (1), (2)) as n(fno)
                on n.fno <= case o.ship when 'none' then 0 when 'split' then 2 else 1 end
            -- Nothing leaves before a cancellation, nor a parcel that is not yet paid for.
            where o.gone_at is null)
        select ono, fno, shipped_at, quantity, ship,
            case when ship in ('exception', 'returned') or arrived_at > clock then null else arrived_at end
                as delivered_at,
            case when arrived_at > clock then 'IN_TRANSIT' when ship = 'exception' then 'ATTEMPTED_DELIVERY'
                when ship = 'returned' then 'NOT_DELIVERED' else 'DELIVERED' end as display_status,
            case when ship = 'returned' and arrived_at <= clock then 'FAILURE' else 'SUCCESS' end as status,
            least(arrived_at, clock) as updated_at, shipped_at + interval 6 hour as in_transit_at,
            shipped_at + interval 4 day as estimated_at,
            case when ship = 'split' then case fno when 1 then quantity - quantity // 2 else quantity // 2 end
                else quantity end as parcel_quantity,
            case when shop = {shops.JP} then 'Yamato' when country = 'US' then 'UPS'
                when country = 'GB' then 'Royal Mail' else 'DHL' end as company,
            cast(340000000000 + ono * 100 + fno as varchar) as tracking_number
        from parcels where shipped_at + interval 6 hour <= clock
        order by ono, fno"""
    )
