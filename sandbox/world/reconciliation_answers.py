"""The answer key of reconciliation: one state for each row of each side of each leg, from truth alone.

``truth.reconciliation``. A row is old when more calendar days than its leg's have passed since it happened.
Amounts are exact decimals; ``fault`` keeps what was injected, for ``money_faults``.
"""

import duckdb

from sandbox.world.reconciliation_bank import create_bank_rows
from sandbox.world.reconciliation_entries import create_reconciliation_entries
from sandbox.world.reconciliation_payouts import create_payout_rows

ORDER_DAYS = {"stripe": 2, "shopify": 3, "paypal": 2, "adyen": 7, "bank": 10}
COLUMNS = """leg varchar, side varchar, system varchar, account varchar, source_id varchar, state varchar,
    amount bigint, currency varchar, difference bigint, happened_at timestamp, fault varchar, group_key varchar"""
# Stripe takes dinars in tens: up to five fils beside what the shop asked for are no difference.
ROUNDED = "'stripe'", "'KWD'", 5


def create_reconciliation(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.reconciliation_rows`` in minor units, ``truth.reconciliation`` as the key shows it."""
    create_reconciliation_entries(con)
    con.execute(f"create or replace table truth.reconciliation_rows ({COLUMNS})")
    days = " ".join(f"when '{system}' then {n}" for system, n in ORDER_DAYS.items())
    con.execute(
        f"""create or replace macro is_old(happened_at, days) as
            datediff('day', cast(happened_at as date), cast(psp_now() as date)) > days;
        create or replace macro order_days(psp) as case psp {days} else 0 end"""
    )
    _create_links(con)
    _add_orders(con)
    _add_entries(con)
    create_payout_rows(con)
    create_bank_rows(con)
    con.execute(
        """create or replace table truth.reconciliation as
        select leg, side, system, account, source_id, state, psp_amount(amount, currency) as amount, currency,
            psp_amount(difference, currency) as difference_amount
        from truth.reconciliation_rows"""
    )


def _create_links(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.order_links``: each shop's transaction with all that PSPs or buyers moved for it, and its state."""
    con.execute(
        """create or replace table truth.order_movements as
        select system, account, entry_id, kind, happened_at, ono, tno, amount, currency, fault
        from truth.reconciled_entries
        where kind in ('charge', 'refund', 'refund_failure')
        union all
        select 'bank', bank, entry_id, 'charge', booked_on, ono, tno, amount, currency, fault
        from truth.bank_booked where what = 'buyer' and coalesce(fault, '') <> 'bank_unidentified'"""
    )
    system, currency, units = ROUNDED
    con.execute(
        f"""create or replace table truth.order_links as
        with moved as (
            select ono, tno, cast(sum(amount) as bigint) as amount, any_value(currency) as currency,
                bool_or(coalesce(fault = 'currency_mismatch', false)) as is_mismatched
            from truth.order_movements
            where tno is not null and coalesce(fault, '') not in ('duplicate_record', 'duplicate_capture')
            group by ono, tno),
        compared as (
            select o.*, m.ono is not null as is_linked, m.is_mismatched,
                case when m.currency = o.currency then o.amount - m.amount
                    when m.currency = o.shop_currency then o.shop_amount - m.amount end as gap
            from truth.reconciled_orders as o left join moved as m using (ono, tno))
        select *, case when is_test or kind = 'AUTHORIZATION' or gateway in ('gift_card', 'cash') or amount = 0
                then 'not_expected'
            when not is_linked and is_old(happened_at, order_days(psp_system)) then 'missing_in_psp'
            when not is_linked then 'timing'
            when is_mismatched or gap is null then 'currency_mismatch'
            when abs(gap) > case when psp_system = {system} and currency = {currency} then {units} else 0 end
                then 'amount_difference'
            else 'matched' end as state
        from compared"""
    )


def _add_orders(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """insert into truth.reconciliation_rows by name
        select 'order_psp' as leg, 'order' as side, 'shopify' as system, account, source_id, state, amount, currency,
            case when state = 'not_expected' then 0 when state in ('matched', 'amount_difference') then gap
                when state <> 'currency_mismatch' then amount end as difference,
            happened_at, m.fault, 'order ' || ono || '/' || tno as group_key
        from truth.order_links
        left join (select ono, tno, any_value(fault) as fault from truth.provider_missing group by ono, tno) as m
            using (ono, tno)"""
    )


def _add_entries(con: duckdb.DuckDBPyConnection) -> None:
    """A second capture is surplus until it is given back whole; then neither is known to the shop."""
    con.execute(
        """insert into truth.reconciliation_rows by name
        with given_back as (
            select charge_id, sum(amount) as amount from truth.provider_entries
            where kind in ('charge', 'refund', 'refund_failure') and coalesce(fault, '') <> 'duplicate_record'
            group by charge_id),
        judged as (
            select m.*, l.gap, l.state as order_state,
                case when m.fault = 'duplicate_record' then 'duplicate_record'
                    when m.fault = 'duplicate_capture' and coalesce(g.amount > 0, true) then 'duplicate_capture'
                    when l.state is not null and coalesce(m.fault, '') <> 'duplicate_capture' then l.state
                    when is_old(m.happened_at, order_days(m.system)) then 'missing_in_shop'
                    else 'timing' end as state
            from truth.order_movements as m
            left join truth.order_links as l using (ono, tno)
            left join truth.provider_entries as p on p.system = m.system and p.account = m.account
                and p.entry_id = m.entry_id
            left join given_back as g on g.charge_id = p.charge_id),
        counted as (
            select *, row_number() over (partition by ono, tno, state order by entry_id) as nth from judged)
        select 'order_psp' as leg, 'psp' as side, system, account, entry_id as source_id, state, amount, currency,
            case when state in ('matched', 'amount_difference') then case when nth = 1 then -gap else 0 end
                when state <> 'currency_mismatch' then amount end as difference,
            happened_at, fault,
            case when state = order_state then 'order ' || ono || '/' || tno else system || ' ' || entry_id end as group_key
        from counted"""
    )
