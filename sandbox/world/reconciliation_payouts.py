"""Leg ``psp_payout`` of the answer key: entries and the payouts that hold them; and the payouts of ``payout_bank``."""

import duckdb

PAYOUT_DAYS = {"stripe": 10, "shopify": 12, "adyen": 12, "paypal": 12}
BANK_DAYS = 5


def create_payout_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Adds to ``truth.reconciliation_rows``; ``truth.payout_links`` has each payout with what the bank booked."""
    days = " ".join(f"when '{system}' then {n}" for system, n in PAYOUT_DAYS.items())
    con.execute(f"create or replace macro payout_days(psp) as case psp {days} end")
    _add_entries(con)
    _create_links(con)
    con.execute(
        """insert into truth.reconciliation_rows by name
        with judged as (
            select *, case when is_copy then 'duplicate_record' when is_failed then 'payout_failed'
                when balance_amount = 0 then 'not_expected'
                when not is_listed then case when is_old(created_at, payout_days(system)) then 'unknown' else 'timing' end
                when residual <> 0 then 'amount_difference' else 'matched' end as state
            from truth.payout_links)
        select 'psp_payout' as leg, 'payout' as side, system, account, payout_id as source_id, state,
            balance_amount as amount, balance_currency as currency,
            case when state in ('matched', 'amount_difference') then residual when state = 'not_expected' then 0
                else balance_amount end as difference,
            created_at as happened_at, case when residual <> 0 then 'hidden_movement' else fault end as fault,
            'payout ' || system || ' ' || account || ' ' || payout_id as group_key
        from judged"""
    )
    con.execute(
        f"""insert into truth.reconciliation_rows by name
        with judged as (
            select *, case when is_copy then 'duplicate_record' when is_failed then 'payout_failed'
                when amount = 0 then 'not_expected'
                when booked is null then case when is_old(due_at, {BANK_DAYS}) then 'missing_at_bank' else 'timing' end
                when booked_currency <> currency then 'currency_mismatch' when booked < amount then 'payout_short'
                when booked > amount then 'amount_difference' else 'matched' end as state
            from truth.payout_links)
        select 'payout_bank' as leg, 'payout' as side, system, account, payout_id as source_id, state, amount, currency,
            case when state = 'not_expected' then 0 when state in ('matched', 'payout_short', 'amount_difference')
                then amount - booked when state <> 'currency_mismatch' then amount end as difference,
            created_at as happened_at, coalesce(fault, bank_fault) as fault,
            'payout ' || system || ' ' || account || ' ' || payout_id as group_key
        from judged"""
    )


def _add_entries(con: duckdb.DuckDBPyConnection) -> None:
    """A reserve is held while all reserves up to it exceed all releases; what is changed at once is never paid out."""
    con.execute(
        """insert into truth.reconciliation_rows by name
        with summed as (
            select e.*, bool_or(kind = 'fx_conversion') over (partition by system, account, net_currency) as is_changed,
                sum(-net) filter (kind = 'reserve') over (
                    partition by system, account, net_currency order by happened_at, entry_id) as reserved,
                coalesce(sum(net) filter (kind = 'reserve_release') over (
                    partition by system, account, net_currency), 0) as released
            from truth.reconciled_entries as e where coalesce(fault, '') <> 'duplicate_record'),
        judged as (
            select s.*, case when kind = 'reserve' and reserved > released then 'reserve_held'
                when payout_id is not null then 'matched'
                when w.system is null and is_changed then 'not_expected'
                when is_old(ready_at, payout_days(s.system)) then 'missing_in_payout' else 'timing' end as state
            from summed as s
            left join (select distinct system, account, balance_currency as net_currency from truth.bank_payouts)
                as w using (system, account, net_currency)
            union all by name
            select *, 'duplicate_record' as state from truth.reconciled_entries where fault = 'duplicate_record')
        select 'psp_payout' as leg, 'psp' as side, system, account, entry_id as source_id, state, net as amount,
            net_currency as currency, case when state in ('matched', 'not_expected') then 0 else net end as difference,
            happened_at, fault, system || ' ' || entry_id as group_key
        from judged"""
    )


def _create_links(con: duckdb.DuckDBPyConnection) -> None:
    """What PayPal sends in pounds arrives in euros, and only the bank's line says of how many pounds."""
    con.execute(
        """create or replace table truth.payout_links as
        with told as (
            select * replace (case when system = 'paypal' then balance_amount else amount end as amount,
                case when system = 'paypal' then balance_currency else currency end as currency)
            from truth.bank_payouts),
        booked as (
            select p.system, p.account, p.payout_id, any_value(
                    case when b.instructed_currency = p.currency then p.currency else b.currency end) as booked_currency,
                cast(sum(case when b.instructed_currency = p.currency then b.instructed_amount else b.amount end)
                    as bigint) as booked
            from truth.bank_booked as b
            join told as p on p.system = b.payout_system and p.account = b.payout_account
                and p.payout_id = b.payout_id
            group by all)
        select p.*, b.booked, b.booked_currency, coalesce(p.fault = 'duplicate_record', false) as is_copy,
            coalesce(p.refused_at <= psp_now() or p.canceled_at <= psp_now(), false) as is_failed,
            coalesce(s.state <> 'pending', true) as is_listed,
            -- Only Stripe says when a payout arrives.
            case when p.system = 'stripe' then p.arrives_on else p.created_at end as due_at
        from told as p
        left join booked as b using (system, account, payout_id)
        left join truth.psp_states as s on p.system = 'stripe' and s.payout_id = p.payout_id"""
    )
