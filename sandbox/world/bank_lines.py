"""``truth.bank_lines``: every movement on the group's bank accounts, one row each, booked or still to be.

A line is a payout that came (or was taken), one that went back, a buyer's own transfer, or what a company
pays by the month. What is booked on a day depends on what was known by it, so a later clock only adds days.
"""

import duckdb

from sandbox.world.bank_accounts import OUT, OWN_IN, PSP_IN, TRANSFERRED

UNNAMED_IN, SHORT_IN = 5, 12  # buyers' transfers that name no order, or come short, one of so many
BUYERS_FEE = 1_250  # minor units that a short one lacks
PAID_SHORT_CASE = "b2b_paid_late"
USD_PER_EUR = 1.09
COLLECTED_IN = 3  # days whose payouts are one entry, one of so many
# ``instructed_*`` and ``charge`` are what the bank says beside the amount; lines of one ``batch`` of an
# account's day are one entry.
COLUMNS = """legal_entity varchar, currency varchar, key varchar, what varchar, booked_on timestamp, amount bigint,
    counterparty varchar, counterparty_iban varchar, end_to_end_id varchar, remittance varchar, code varchar,
    is_reversal boolean default false, instructed_amount bigint, instructed_currency varchar, charge bigint,
    batch varchar, payout_system varchar, payout_account varchar, payout_id varchar, ono bigint, tno bigint,
    fault varchar"""


def create_bank_lines(con: duckdb.DuckDBPyConnection, short_order: int) -> None:
    """``short_order``: the order whose buyer always pays short, so every world has one."""
    con.execute(f"create table truth.bank_lines ({COLUMNS})")
    for lines in (
        _payouts(),
        _returned_payouts(),
        _buyers(short_order),
        _standing(),
        _own_transfers(),
        _unidentified(),
    ):
        con.execute(f"insert into truth.bank_lines by name {lines}")


def _payouts() -> str:
    """Euros of one payout land, unsaid, as dollars on the other account: ``currency_mismatch``."""
    return f"""
        select p.legal_entity,
            case p.bank_fault when 'currency_mismatch' then 'USD' else p.currency end as currency,
            'payout/' || p.system || '/' || p.account || '/' || p.payout_id as key, 'payout' as what, p.booked_on,
            case p.bank_fault when 'currency_mismatch' then cast(round(p.amount * {USD_PER_EUR}) as bigint)
                else p.amount + p.change end as amount,
            b.counterparty, b.counterparty_iban, case when p.is_named then p.reference end as end_to_end_id,
            case when p.is_named then p.text else split_part(b.counterparty, ' ', 1) || ' PAYOUT' end
                as remittance,
            '{PSP_IN}' as code,
            case when p.balance_currency <> p.currency then p.balance_amount end as instructed_amount,
            case when p.balance_currency <> p.currency then p.balance_currency end as instructed_currency,
            case when p.bank_fault = 'payout_short' and p.change < -1 then -p.change end as charge,
            case when p.amount > 0 and p.bank_fault is null
                and chance(hash(p.booked_on, p.currency) >> 8, 'collected', {COLLECTED_IN}) = 0
                then 'payouts' end as batch,
            p.system as payout_system, p.account as payout_account, p.payout_id, p.bank_fault as fault
        from truth.bank_payouts as p join truth.bank_payers as b using (system)
        where p.canceled_at is null and p.amount <> 0 and (p.refused_at is null or p.is_shown_failing)
            and coalesce(p.bank_fault, '') <> 'missing_at_bank' and coalesce(p.fault, '') <> 'duplicate_record'"""


def _returned_payouts() -> str:
    return """
        select p.legal_entity, p.currency, 'returned/' || p.system || '/' || p.account || '/' || p.payout_id as key,
            'payout' as what, greatest(psp_workday(date_trunc('day', p.refused_at)), p.booked_on) as booked_on,
            -p.amount as amount, b.counterparty, b.counterparty_iban, p.reference as end_to_end_id,
            'RETURN ' || p.text as remittance, 'PMNT/RCDT/RRTN' as code, true as is_reversal,
            p.system as payout_system, p.account as payout_account, p.payout_id
        from truth.bank_payouts as p join truth.bank_payers as b using (system)
        where p.refused_at <= psp_now() and p.is_shown_failing and p.amount <> 0"""


def _buyers(short_order: int) -> str:
    """A buyer's own transfer is booked a workday after the shop's clerk has seen its advice.

    One that names no order is nobody's, whether it is short or not.
    """
    return f"""
        select legal_entity, currency, 'buyer/' || ono || '/' || tno as key, 'buyer' as what,
            psp_workday(date_trunc('day', happened_at) + interval 1 day) as booked_on,
            amount - case when is_short then {BUYERS_FEE} else 0 end as amount,
            first_name || ' ' || last_name as counterparty,
            case when is_unnamed then 'Ihre Rechnung, vielen Dank'
                else 'Rechnung zu Bestellung #' || (1000 + number) end as remittance,
            '{PSP_IN}' as code, ono, tno,
            case when is_unnamed then 'bank_unidentified' when is_short then 'amount_difference' end as fault
        from (select t.ono, t.tno, t.amount, t.happened_at, o.legal_entity, o.currency, o.number, p.first_name,
                p.last_name,
                t.ono = {short_order} or chance(t.ono, 'pays short', {SHORT_IN}) = 0 and t.amount > 10000 as is_short,
                t.ono <> {short_order} and chance(t.ono, 'says nothing', {UNNAMED_IN}) = 0 as is_unnamed
            from truth.transactions as t join truth.orders as o using (ono) join truth.persons as p using (pid)
            where t.gateway = 'bank_transfer' and t.status = 'SUCCESS' and t.kind = 'SALE' and not o.is_test)"""


def _standing() -> str:
    return f"""
        select a.legal_entity, a.currency,
            s.what || '/' || strftime(m.month, '%Y-%m') || '/' || s.currency || '/' || s.part as key, s.what,
            psp_workday(m.month + (s.day - 1) * interval 1 day) as booked_on, s.amount, s.counterparty,
            nullif(s.counterparty_iban, '') as counterparty_iban,
            s.remittance || ' ' || strftime(m.month, '%m/%Y') as remittance, s.code,
            case when max(s.part) over (partition by s.what, s.currency) > 1 then s.what end as batch
        from truth.bank_standing as s join truth.bank_accounts as a using (currency)
        cross join ({_months()}) as m"""


def _own_transfers() -> str:
    return f"""
        select a.legal_entity, a.currency, 'transfer/' || strftime(m.month, '%Y-%m') || '/' || a.currency as key,
            'transfer' as what, psp_workday(m.month + interval 14 day) as booked_on,
            case a.currency when 'EUR' then -{TRANSFERRED}
                else cast(round({TRANSFERRED} * {USD_PER_EUR}) as bigint) end as amount,
            a.owner as counterparty, o.iban as counterparty_iban, 'Umbuchung' as remittance,
            case a.currency when 'EUR' then '{OUT}' else '{OWN_IN}' end as code,
            case a.currency when 'USD' then {TRANSFERRED} end as instructed_amount,
            case a.currency when 'USD' then 'EUR' end as instructed_currency
        from truth.bank_accounts as a
        join truth.bank_accounts as o on o.bank = a.bank and o.iban <> a.iban
        cross join ({_months()}) as m where month(m.month) % 3 = 1"""


def _unidentified() -> str:
    return f"""
        select a.legal_entity, a.currency, 'unidentified/' || u.day || '/' || a.currency as key,
            'unidentified' as what, psp_workday(cast(u.day as timestamp)) as booked_on, u.amount, u.counterparty,
            u.remittance, '{PSP_IN}' as code, 'bank_unidentified' as fault
        from truth.bank_unidentified as u join truth.bank_accounts as a using (currency)
        where cast(u.day as timestamp) >= (select min(month) from ({_months()}))"""


def _months() -> str:
    return """select cast(unnest(generate_series((select date_trunc('month', min(happened_at))
        from truth.transactions), psp_now(), interval 1 month)) as timestamp) as month"""
