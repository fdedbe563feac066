"""``truth.shipments_answer``: what each parcel came to, by the shop's word and the carrier's.

Grain: one row per fulfilment of a shop, and one per tracking that belongs to none (system aftership).
The carrier's word wins when it is final (delivered, returned) or newer than the shop's; moments are its
checkpoints' own, the shop's where there is none. From ``truth.*`` only.
"""

import duckdb

from sandbox.world.accounts import PARCELS
from sandbox.world.carrier_cases import LONE, REUSES, order_of
from sandbox.world.carrier_cases import PARCELS as PARCEL_CASES
from sandbox.world.columns import store_rows
from sandbox.world.ids import id_of

CARRIERS_WORD = """case when returned_at is not null then 'returned' when tag = 'Delivered' then 'delivered'
    when tag in ('Exception', 'AttemptFail', 'Expired') then 'exception'
    when tag in ('InTransit', 'OutForDelivery', 'AvailableForPickup') then 'in_transit' end"""
SHOPS_WORD = """case f.display_status when 'FULFILLED' then 'shipped' when 'IN_TRANSIT' then 'in_transit'
    when 'DELIVERED' then 'delivered' else 'exception' end"""


def create_shipments(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create or replace table truth.shipments_answer as
        with carried as (select *, {CARRIERS_WORD} as word from truth.trackings),
        sent as (
            select o.account, {id_of("fulfilment", "f.fno")} as fulfilment_id, o.order_id, f.company,
                f.updated_at as shop_at, {SHOPS_WORD} as shops_word, f.delivered_at as shops_delivered_at,
                c.word, c.tracking_at, c.delivered_at, c.exception_at, c.returned_at
            from truth.fulfilments as f join truth.orders as o using (ono)
            left join carried as c on c.kind = 'fulfilment' and c.ono = f.ono and c.fno = f.fno),
        judged as (
            select *, case when word in ('delivered', 'returned') or tracking_at > shop_at
                then coalesce(word, shops_word) else shops_word end as status
            from sent)
        select 'shopify' as system, account, cast(fulfilment_id as varchar) as shipment_id,
            account as order_account, cast(order_id as varchar) as order_id, company as carrier, status,
            coalesce(delivered_at, shops_delivered_at) as delivered_at,
            coalesce(exception_at, case when status = 'exception' then shop_at end) as exception_at, returned_at
        from judged
        union all
        select 'aftership', '{PARCELS.account}', c.tracking_id, f.account,
            case when f.account is not null then split_part(c.order_id, ':', 2) end, c.slug,
            coalesce(c.word, 'shipped'), c.delivered_at, c.exception_at, c.returned_at
        from carried as c
        left join truth.shops as f on split_part(c.order_id, ':', 1) = f.account || '.myshopify.com'
        where c.kind <> 'fulfilment'"""
    )


def add_carrier_cases(con: duckdb.DuckDBPyConnection) -> None:
    """Rows of ``truth.special_cases``; a case without a tracking is the shop's fulfilment."""
    rows = [(case.name, order_of(case.order), case.note) for case in PARCEL_CASES]
    rows += [(r.name, order_of(order), r.note) for r in REUSES for order in (r.earlier, r.later)]
    rows += [(case.name, -1 - place, case.note) for place, case in enumerate(LONE)]
    store_rows(con, "truth.carrier_named", ["case", "ono", "note"], rows)
    con.execute(
        f"""insert into truth.special_cases by name
        select distinct n."case", '{PARCELS.account}' as account, 'Tracking' as object_type,
            t.tracking_id as object_id, n.note
        from truth.carrier_named as n join truth.trackings as t using (ono)
        union all
        select n."case", o.account, 'Fulfillment', cast({id_of("fulfilment", "f.fno")} as varchar), n.note
        from truth.carrier_named as n join truth.orders as o using (ono) join truth.fulfilments as f using (ono)
        where n."case" = 'parcel_untracked'"""
    )
    con.execute("drop table truth.carrier_named")
