"""Balance transactions of payments: what each charge, refund and dispute did to an account's balance.

Whole minor units of the account's currency; a charge in another one is settled at the rate of the day
before. ``fee`` is without ``tax``; net = amount - fee - tax.
"""

import duckdb

COLUMNS = """psp, entry_id, kind, type, category, source_id, ono, tno, charge_id, refund_id, dispute_id,
    amount, fee, tax, rate_millionths, created_at, available_at, description"""


def create_entries(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_entries`` of charges, refunds and disputes that have happened by the clock."""
    con.execute(
        """create macro psp_rounded_fee(settled, permille, fixed) as div_round(settled * permille, 1000) + fixed;
        create macro psp_vat(fee, percent) as div_round(fee * percent, 100)"""
    )
    _create_charge_entries(con)
    con.execute(
        f"""create table truth.psp_entries as
        select {COLUMNS} from truth.psp_charge_entries
        union all
        select psp, psp_id('txn_1', 'bounced' || entry_id), 'refund', 'payment_failure_refund',
            'payment_failure_refund', charge_id, ono, tno, charge_id, null, null, -amount, 0, 0, rate_millionths,
            bounced_at, bounced_at, 'Payment failure refund'
        from truth.psp_charge_entries where bounced_at <= psp_now()
        union all
        {_refunds()}
        union all
        {_disputes()}"""
    )
    con.execute("drop table truth.psp_charge_entries")


def _create_charge_entries(con: duckdb.DuckDBPyConnection) -> None:
    """A partial capture is booked whole, and its rest released by a refund: see ``_refunds``."""
    con.execute(
        """create table truth.psp_charge_entries as
        with priced as (
            select c.psp, c.ono, c.tno, c.charge_id, c.by_debit, c.taken_at, c.bounced_at, c.amount as charged,
                c.currency_p, c.number, c.shop, t.vat_percent, r.rate_millionths,
                psp_settled(c.amount, r.rate_millionths) as amount,
                case when c.by_debit then 0 when t.bank_country = 'JP' or c.card_country in ('DE', 'AT')
                    then t.local_permille else t.abroad_permille end as permille,
                case when c.by_debit then t.debit_fee else t.fixed_fee end as fixed,
                date_trunc('day', c.taken_at) + case when c.by_debit then 7 else t.settling_days end
                    * interval 1 day as settles_on
            from truth.psp_charges as c
            join truth.psp_accounts as t on t.account = c.psp
            left join truth.psp_rates as r on r.currency_p = c.currency_p
                and lower(c.currency_p) <> t.currency and r.day = cast(c.taken_at as date)
            where c.taken_at is not null),
        charged as (select *, psp_rounded_fee(amount, permille, fixed) as fee from priced)
        select psp, psp_id('txn_3', 'ch' || ono || '/' || tno) as entry_id, 'charge' as kind,
            case when by_debit then 'payment' else 'charge' end as type, 'charge' as category,
            charge_id as source_id, ono, tno, charge_id, cast(null as varchar) as refund_id,
            cast(null as varchar) as dispute_id, amount, fee, psp_vat(fee, vat_percent) as tax, rate_millionths,
            taken_at as created_at, psp_workday(settles_on) as available_at,
            'Order #' || (1000 + number) as description,
            bounced_at, charged, currency_p, permille, fixed, vat_percent
        from charged"""
    )


def _refunds() -> str:
    """Refunds at the rate of their own day; a release at the charge's, with the fee that it had cost."""
    return """
        select psp, entry_id, kind, type, category, refund_id, ono, tno, charge_id, refund_id, null,
            amount, fee, tax, rate_millionths, created_at, created_at, description
        from (
            with settled as (
                select f.*, c.charge_id, c.amount as charge_settled, c.fee as charge_fee, c.tax as charge_tax,
                    c.permille, c.fixed, c.vat_percent,
                    case f.origin when 'released' then c.rate_millionths else r.rate_millionths end as rate
                from truth.psp_refunds as f
                join truth.psp_charge_entries as c using (ono, tno)
                left join truth.psp_rates as r on r.currency_p = f.currency_p and c.rate_millionths is not null
                    and r.day = cast(f.created_at as date)
                where f.origin <> 'canceled'),
            taken as (
                select *, psp_settled(amount, rate) as back,
                    psp_rounded_fee(charge_settled - psp_settled(amount, rate), permille, fixed) as kept_fee
                from settled)
            select psp, psp_id('txn_3', 're' || ono || '/' || rno) as entry_id, 'refund' as kind,
                case when by_debit then 'payment_refund' else 'refund' end as type,
                case when origin = 'released' then 'partial_capture_reversal' else 'refund' end as category,
                refund_id, ono, tno, charge_id, -back as amount,
                case when origin = 'released' then kept_fee - charge_fee else 0 end as fee,
                case when origin = 'released' then psp_vat(kept_fee, vat_percent) - charge_tax else 0 end as tax,
                rate as rate_millionths, created_at, 'REFUND FOR CHARGE' as description
            from taken
            union all
            select psp, psp_id('txn_1', 'fail' || ono || '/' || rno), 'refund_failure', 'refund_failure',
                'refund_failure', refund_id, ono, tno, charge_id, back, 0, 0, rate, failed_at,
                'REFUND FAILURE'
            from taken where failed_at is not null)"""


def _disputes() -> str:
    return """
        select psp, entry_id, kind, 'adjustment', kind, dispute_id, ono, tno, charge_id, null, dispute_id,
            amount, fee, 0, rate_millionths, created_at, created_at, description
        from (
            with settled as (
                select d.*, r.rate_millionths, t.dispute_fee, t.is_dispute_fee_returned,
                    psp_settled(d.amount, r.rate_millionths) as back
                from truth.psp_disputes as d
                join truth.psp_accounts as t on t.account = d.psp
                left join truth.psp_rates as r on r.currency_p = d.currency_p
                    and lower(d.currency_p) <> t.currency and r.day = cast(d.opened_at as date)
                where not d.is_inquiry)
            select psp, psp_id('txn_1', 'du' || ono || '/' || tno || '/' || dno) as entry_id, 'dispute' as kind,
                dispute_id, ono, tno, charge_id, -back as amount, dispute_fee as fee, rate_millionths,
                opened_at as created_at, 'Chargeback withdrawal for ' || charge_id as description
            from settled
            union all
            select psp, psp_id('txn_1', 'won' || ono || '/' || tno || '/' || dno), 'dispute_reversal',
                dispute_id, ono, tno, charge_id, back,
                case when is_dispute_fee_returned then -dispute_fee else 0 end, rate_millionths, closed_at,
                'Chargeback reversal for ' || charge_id
            from settled where outcome = 'won' and closed_at <= psp_now())"""
