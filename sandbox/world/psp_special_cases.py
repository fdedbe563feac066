"""Which of the PSP's objects play its named cases: rows of ``truth.special_cases``."""

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.people import person
from sandbox.world.psp_cases import CUSTOMERS


def add_cases(con: duckdb.DuckDBPyConnection) -> None:
    store_rows(
        con,
        "truth.psp_named_customers",
        ["case", "pid", "shop", "note"],
        [(case, person(name), shop, note) for case, name, shop, _, note in CUSTOMERS],
    )
    con.execute(
        """insert into truth.special_cases by name
        select p."case", d.psp as account, 'Dispute' as object_type, d.dispute_id as object_id, p.note
        from truth.psp_planned_disputes as p
        join truth.psp_disputes as d on d.ono = p.ono and d.dno = p.number
        union all
        select p."case", c.psp, 'Charge', c.charge_id, p.note
        from truth.psp_planned_charges as p join truth.psp_charges as c using (ono)
        union all
        select distinct 'refund_failure', r.psp, 'Refund', r.refund_id, p.note
        from truth.psp_planned_charges as p join truth.psp_refunds as r using (ono)
        where p."case" = 'refund_failure' and r.planned_failure_at is not null
        union all
        select p."case", o.psp, 'Payout', o.payout_id, p.note
        from truth.psp_planned_payouts as p
        join truth.psp_charges as c on c.ono = p.ono and c.taken_at is not null
        join truth.psp_placed as l on l.entry_id = psp_id('txn_3', 'ch' || c.ono || '/' || c.tno)
        join truth.psp_payouts as o on o.psp = l.psp and o.created_at = l.cut_at
        union all
        select 'payout_canceled', psp, 'Payout', payout_id, 'out and in again within the hour'
        from truth.psp_payouts where canceled_at is not null
        union all
        select 'payout_negative', p.psp, 'Payout', p.payout_id, 'a reserve was held: the bank is debited'
        from truth.psp_extra_entries as e
        join truth.psp_listed as l using (entry_id) join truth.psp_payouts as p on p.payout_id = l.payout_id
        where e.kind = 'reserve'
        union all
        select "case", psp, 'BalanceTransaction', entry_id, description
        from truth.psp_extra_entries where created_at <= psp_now()
        union all
        select n."case", c.psp, 'Customer', c.customer_id, n.note
        from truth.psp_named_customers as n join truth.psp_customers as c using (pid, shop)"""
    )
    con.execute("drop table truth.psp_named_customers")
