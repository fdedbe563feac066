"""The answer key's list of money faults: every row that reconciliation must not call well, and what it plays.

Most are played by ``psp_*``, ``adyen_*``, ``paypal_*`` (the PSPs' side) and ``bank_*`` (the bank's); some are in the
world by itself, as a direct debit that bounces. A fault seen on several rows keeps one ``fault_id``.
"""

import duckdb

GOOD = "('matched', 'not_expected', 'timing')"


def create_money_faults(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.money_faults``, after ``truth.reconciliation_rows``."""
    con.execute(
        f"""create or replace table truth.money_faults as
        with named as (
            select case when fault in ('failed_refund', 'hidden_movement') and state in (
                    'missing_in_psp', 'missing_in_shop', 'amount_difference') and leg <> 'payout_bank'
                    then fault else state end as kind, *,
                case when state <> coalesce(fault, state) then 'injected as ' || fault else '' end as note
            from truth.reconciliation_rows where state not in {GOOD}
            union all
            select 'fx_payout', r.*, 'the bank gets another currency than the balance had'
            from truth.reconciliation_rows as r
            join truth.bank_payouts as p on p.system = r.system and p.account = r.account and p.payout_id = r.source_id
            where r.leg = 'payout_bank' and r.side = 'payout' and p.currency <> p.balance_currency
                and r.state <> 'duplicate_record'
            union all
            select 'fee_drift', r.*, 'charged more than the contract says'
            from truth.reconciliation_rows as r
            join truth.provider_entries as e on e.system = r.system and e.account = r.account
                and e.entry_id = r.source_id and e.note = 'fee_drift' and coalesce(e.fault, '') <> 'duplicate_record'
            where r.leg = 'psp_payout' and r.side = 'psp')
        select kind || ' ' || group_key as fault_id, kind, leg, side, system, account, source_id,
            psp_amount(amount, currency) as amount, currency, happened_at, note
        from named"""
    )


def create_bank_entries(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.bank_entries``: each booked line and what it was."""
    con.execute(
        """create or replace table truth.bank_entries as
        select b.bank as account, b.entry_id, psp_amount(b.amount, b.currency) as amount, b.currency,
            cast(b.booked_on as date) as booked_date, b.payout_system, b.payout_account, b.payout_id,
            o.account as order_account, cast(o.order_id as varchar) as order_id, b.what
        from truth.bank_booked as b left join truth.orders as o using (ono)"""
    )
