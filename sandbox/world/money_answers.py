"""Files of the answer key about money beside the shops' own: Shopify Payments in the PSPs' words, banks, costs, faults."""

from pathlib import Path

import duckdb

from sandbox.world.money_faults import create_bank_entries, create_money_faults
from sandbox.world.reconciliation_answers import create_reconciliation

FILES = {
    "reconciliation": "from truth.reconciliation",
    "money_faults": "from truth.money_faults",
    "bank_entries": "from truth.bank_entries",
    "contracted_fees": """select * replace (cast(fee_rate as decimal(9, 6)) as fee_rate,
        cast(fixed_amount as decimal(38, 4)) as fixed_amount, cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to) from rates.contracted_fees""",
    "item_costs": """select c.shop_account, c.sku, k.item_code, psp_amount(k._cost, k.currency) as cost_amount,
        k.currency, cast(greatest(c.valid_from, k.valid_from) as date) as valid_from, k.version, k.updated_at
        from erp.item_costs as k join erp.item_codes as c using (item_code)""",
}


def create_money_answers(con: duckdb.DuckDBPyConnection) -> None:
    """Needs what ``create_psp_answers`` makes; adds Shopify Payments' rows to its three tables."""
    _add_shop_entries(con)
    _add_shop_payouts(con)
    _add_shop_disputes(con)
    create_reconciliation(con)
    create_money_faults(con)
    create_bank_entries(con)


def write_money_answers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """One Parquet file per table."""
    for name, query in FILES.items():
        file = str(folder / f"{name}.parquet").replace("'", "''")
        con.execute(f"copy (from ({query}) order by all) to '{file}' (format parquet)")


def _add_shop_entries(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """insert into truth.payment_entries by name
        with listed as (
            select e.shop, cast(e.entry_id as varchar) as entry_id, e.kind, e.happened_at, e.ono, e.transaction_id,
                e.amount, e.fee, l.payout_id
            from truth.sp_entries as e left join truth.sp_listed as l using (shop, entry_id)
            union all
            select shop, 'residual:' || payout_id, 'other', cut_at, null, null, amount - net, 0, payout_id
            from truth.sp_payouts where amount <> net)
        select 'shopify' as system, s.account, e.entry_id, e.kind, e.happened_at as occurred_at,
            o.account as order_account, cast(o.order_id as varchar) as order_id,
            -- A refund is of the transaction that took the money.
            cast(coalesce(p.transaction_id, e.transaction_id) as varchar) as charge_id,
            psp_amount(e.amount, s.currency) as gross_amount, psp_amount(e.fee, s.currency) as fee_amount,
            psp_amount(0, s.currency) as tax_on_fee_amount, psp_amount(e.amount - e.fee, s.currency) as net_amount,
            s.currency, cast(e.payout_id as varchar) as payout_id, o.account as true_order_account,
            cast(o.order_id as varchar) as true_order_id
        from listed as e join truth.shops as s using (shop)
        left join truth.orders as o using (ono)
        left join truth.transactions as t on t.ono = e.ono and t.transaction_id = e.transaction_id
        left join truth.transactions as p on p.ono = t.ono and p.tno = t.parent and t.kind = 'REFUND'"""
    )


def _add_shop_payouts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """insert into truth.payouts_answer by name
        select 'shopify' as system, account, cast(payout_id as varchar) as payout_id,
            psp_amount(amount, currency) as amount, currency, lower(status) as status,
            cast(null as date) as arrived_date, psp_amount(net, currency) as entries_net_amount,
            psp_amount(amount - net, currency) as residual_amount
        from truth.sp_payouts"""
    )


def _add_shop_disputes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """insert into truth.disputes_answer by name
        with moved as (
            select shop, source_id as dispute_id, -sum(amount) filter (kind = 'dispute') as withdrawn,
                sum(amount) filter (kind = 'dispute_reversal') as reinstated, sum(fee) as fee
            from truth.sp_entries where kind in ('dispute', 'dispute_reversal') group by all)
        select 'shopify' as system, d.account, cast(d.dispute_id as varchar) as dispute_id,
            cast(d.transaction_id as varchar) as charge_id, d.account as order_account,
            cast(d.order_id as varchar) as order_id,
            lower(case when d.closed_at <= d.clock then d.outcome when d.answered_at <= d.clock then 'under_review'
                else 'needs_response' end) as status,
            d.is_inquiry, psp_amount(d.amount, d.currency) as amount, d.currency,
            psp_amount(coalesce(m.withdrawn, 0), d.currency) as withdrawn_amount,
            psp_amount(coalesce(m.reinstated, 0), d.currency) as reinstated_amount,
            psp_amount(coalesce(m.fee, 0), d.currency) as fee_amount
        from truth.sp_disputes as d left join moved as m on m.shop = d.shop and m.dispute_id = d.dispute_id"""
    )
