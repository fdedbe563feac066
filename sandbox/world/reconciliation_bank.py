"""Side ``bank`` of leg ``payout_bank`` in the answer key: every booked line, and what it was."""

import duckdb

from sandbox.world.reconciliation_payouts import BANK_DAYS


def create_bank_rows(con: duckdb.DuckDBPyConnection) -> None:
    """A payout's lines share its state; what a company pays and what buyers send is not expected of a PSP."""
    con.execute(
        f"""insert into truth.reconciliation_rows by name
        with known as (
            select system, account, source_id, state, difference from truth.reconciliation_rows
            where leg = 'payout_bank' and side = 'payout'),
        judged as (
            select b.*, k.difference as missing,
                case when b.what = 'payout' then k.state
                    when b.fault = 'bank_unidentified' then
                        case when is_old(b.booked_on, {BANK_DAYS}) then 'bank_unidentified' else 'timing' end
                    else 'not_expected' end as state
            from truth.bank_booked as b
            left join known as k on k.system = b.payout_system and k.account = b.payout_account
                and k.source_id = b.payout_id)
        select 'payout_bank' as leg, 'bank' as side, 'bank' as system, bank as account, entry_id as source_id, state,
            amount, currency,
            case when state = 'not_expected' then 0 when state in ('matched', 'payout_short', 'amount_difference')
                then -missing when state <> 'currency_mismatch' then amount end as difference,
            booked_on as happened_at, fault,
            case when what = 'payout' then 'payout ' || payout_system || ' ' || payout_account || ' ' || payout_id
                when what = 'buyer' then 'order ' || ono || '/' || tno
                else 'bank ' || bank || ' ' || entry_id end as group_key
        from judged"""
    )
