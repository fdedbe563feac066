"""What carriers charge the shops for parcels: ``truth.shipping_costs``, as the ERP books their invoices.

A parcel is on the invoice of the week after it left, so the newest ones have no cost yet. A parcel that
comes back is charged once more, as a second version of its cost. Amounts are minor units of the shop's currency.
"""

from datetime import datetime

import duckdb

from sandbox.world import shops
from sandbox.world.ids import id_of

INVOICED_DAYS = 7  # from the Monday on after the parcel left
RETURNED_DAYS = 14
# By distance, in euro cents; yen are about one and a half to the cent.
HOME, ABROAD, OVERSEAS, PER_UNIT = 420, 890, 1450, 35


def create_shipping_costs(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """One row per version of a parcel's cost; needs ``truth.fulfilments``."""
    distance = f"""case when o.shop = {shops.JP} then {HOME} * 3 // 2
        when o.country in ('DE', 'AT', 'US') then {HOME} when o.country in ('GB', 'CH') then {ABROAD}
        else {OVERSEAS} end"""
    con.execute(
        f"""create or replace table truth.shipping_costs as
        with parcels as (
            select o.account as shop_account, '#' || (1000 + o.number) as order_name, f.ono, f.fno,
                cast({id_of("fulfilment", "f.fno")} as varchar) as fulfillment_id, f.company as carrier,
                {distance} + {PER_UNIT} * least(f.parcel_quantity, 40)
                    + chance(f.ono * 4 + f.fno, 'shipping cost', 60) as cost,
                o.currency, f.shipped_at, f.status = 'FAILURE' as is_back, f.updated_at
            from truth.fulfilments as f join truth.orders as o using (ono)),
        invoiced as (
            select *, 1 as version,
                cast(date_trunc('week', shipped_at) as date) + {INVOICED_DAYS} as invoiced_on from parcels
            union all
            select * replace (cost * 2 as cost), 2 as version,
                cast(date_trunc('week', updated_at) as date) + {RETURNED_DAYS} as invoiced_on
            from parcels where is_back)
        select shop_account, order_name, fulfillment_id, carrier, ono, fno, cast(cost as bigint) as cost,
            money_text(cast(cost as bigint), exponent_of(currency)) as cost_amount, currency, invoiced_on, version,
            cast(invoiced_on as timestamp) + interval 5 hour as updated_at
        from invoiced where cast(invoiced_on as timestamp) + interval 5 hour <= ?
        order by shop_account, invoiced_on, fulfillment_id, version""",
        [clock.replace(tzinfo=None)],
    )
