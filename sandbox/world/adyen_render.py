"""The schema ``adyen``: lines of the two reports as they will be printed, and when each report is there.

Amounts are text in major units, times are text in the account's zone. ``id`` names a line for those who count
what is new; ``_report`` is the file it stands in.
"""

import duckdb

from sandbox.world.adyen_accounts import COMPANY

PAYMENT_TYPES = "('Settled', 'Refunded', 'RefundedReversed', 'Chargeback', 'ChargebackReversed', 'SecondChargeback')"


def render_adyen(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema adyen")
    _place(con)
    _settlement(con)
    _accounting(con)


def _place(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.adyen_placed``: each entry with its batches; an entry of a report sent twice is there twice."""
    con.execute(
        f"""create table truth.adyen_placed as
        with dated as (
            select e.*, m.zone, m.merchant, m.currency, m.closing_weekday,
                timezone(m.zone, timezone('UTC', e.booked_at)) as local
            from truth.adyen_entries as e join truth.adyen_merchants as m using (account)),
        closing as (
            select *, timezone('UTC', timezone(zone, date_trunc('day', local)
                    + ((closing_weekday - isodow(local) - 1 + 7) % 7 + 1) * interval 1 day)) as closes_at,
                adyen_told_at(cast(local as date), zone) as told_at
            from dated)
        select c.*, b.number as batch, b.copy_of, p.reference as payment_reference, p.merchant_reference,
            p.method, p.variant, c.amount - c.commission - c.markup - c.scheme - c.interchange as net,
            -- Payments are told of by the day, everything else by its batch.
            case when c.type in {PAYMENT_TYPES} then least(c.told_at, b.generated_at) else b.generated_at end as shown_at
        from closing as c
        left join truth.adyen_batches as b on b.account = c.account and b.closes_at = c.closes_at and not c.is_unlisted
        left join truth.adyen_payments as p on p.account = c.account and p.ono = c.ono and p.tno = c.tno"""
    )


def _settlement(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create table adyen.settlement_lines as
        select e.account || ' ' || e.batch || ' ' || e.type || ' ' || e.reference as id,
            '{COMPANY}' as "Company Account", e.merchant as "Merchant Account", e.payment_reference as "Psp Reference",
            e.merchant_reference as "Merchant Reference", e.method as "Payment Method",
            adyen_local(coalesce(e.created_at, e.booked_at), e.zone) as "Creation Date",
            adyen_zone(coalesce(e.created_at, e.booked_at), e.zone) as "TimeZone", e.type as "Type",
            e.reference as "Modification Reference",
            case when e.type in {PAYMENT_TYPES} then e.currency when e.type = 'MerchantPayout' then o.bank_currency
                end as "Gross Currency",
            adyen_debit(gross, gross_currency) as "Gross Debit (GC)",
            adyen_debit(-gross, gross_currency) as "Gross Credit (GC)",
            case when gross is null then null when o.rate_millionths is not null
                then cast(cast(o.rate_millionths as decimal(18, 6)) / 1000000 as varchar) else '1' end as "Exchange Rate",
            e.currency as "Net Currency", adyen_debit(e.net, e.currency) as "Net Debit (NC)",
            adyen_debit(-e.net, e.currency) as "Net Credit (NC)",
            adyen_part(e.commission, e.currency) as "Commission (NC)", adyen_part(e.markup, e.currency) as "Markup (NC)",
            adyen_part(e.scheme, e.currency) as "Scheme Fees (NC)",
            adyen_part(e.interchange, e.currency) as "Interchange (NC)", e.variant as "Payment Method Variant",
            case when e.type = 'Refunded' then e.merchant_reference || '-refund' end as "Modification Merchant Reference",
            cast(e.batch as varchar) as "Batch Number",
            adyen_local(e.booked_at, e.zone) as "Booking Date", adyen_zone(e.booked_at, e.zone) as "Booking Date TimeZone",
            e.closes_at as _closes_at, e.batch as _batch, e.account as _account,
            row_number() over (partition by e.account order by e.batch, e.booked_at, e.type, e.reference) as _seq
        from (
            select p.*, case when p.type in {PAYMENT_TYPES} then p.amount
                    when p.type = 'MerchantPayout' then -o.bank_amount end as gross,
                case when p.type = 'MerchantPayout' then o.bank_currency else p.currency end as gross_currency
            from truth.adyen_placed as p
            left join truth.adyen_payouts as o on p.type = 'MerchantPayout' and o.account = p.account
                and o.reference = p.reference and o.number = p.batch
            where p.batch is not null) as e
        left join truth.adyen_payouts as o on e.type = 'MerchantPayout' and o.account = e.account
            and o.reference = e.reference and o.number = e.batch
        order by _account, _seq"""
    )


def _accounting(con: duckdb.DuckDBPyConnection) -> None:
    """Each step of a payment's life is a line of the day on which it was booked."""
    blank = "cast(null as bigint)"
    fees = "0 as commission, 0 as markup, 0 as scheme, 0 as interchange"
    con.execute(
        f"""create table adyen.accounting_lines as
        with steps as (
            select account, ono, tno, null as reference, 'Received' as type, created_at as happened_at, 1 as stage, amount,
                amount as received, {blank} as authorised, {blank} as captured, {blank} as payable, {fees}
            from truth.adyen_payments
            union all
            select account, ono, tno, null, case when is_refused then 'Refused' else 'Authorised' end, created_at, 2,
                amount, -amount, case when not is_refused then amount end, null, null, 0, 0, 0, 0
            from truth.adyen_payments
            union all
            select account, ono, tno, null, 'Cancelled', canceled_at, 3, amount, null, -amount, null, null, 0, 0, 0, 0
            from truth.adyen_payments where canceled_at is not null
            union all
            select account, ono, tno, reference, 'SentForSettle', captured_at, 3, amount, null, -amount, amount, null,
                0, 0, 0, 0
            from truth.adyen_captures
            union all
            select account, ono, tno, reference, 'SentForRefund', asked_at, 3, amount, null, null, -amount, null,
                0, 0, 0, 0
            from truth.adyen_refunds where not is_refused
            union all
            select account, ono, tno, reference, type, booked_at, 4, abs(amount), null, null,
                case type when 'Settled' then -amount when 'Refunded' then -amount end, net, commission, markup, scheme,
                interchange
            from truth.adyen_placed where type in {PAYMENT_TYPES} and copy_of is null),
        told as (
            select s.*, m.merchant, m.zone, m.currency, p.reference as psp_reference, p.merchant_reference, p.method,
                p.variant, timezone(m.zone, timezone('UTC', s.happened_at)) as local
            from steps as s join truth.adyen_merchants as m using (account)
            join truth.adyen_payments as p on p.account = s.account and p.ono = s.ono and p.tno = s.tno)
        select account || ' ' || psp_reference || ' ' || type || ' ' || coalesce(reference, '') as id,
            '{COMPANY}' as "Company Account", merchant as "Merchant Account", psp_reference as "Psp Reference",
            merchant_reference as "Merchant Reference", method as "Payment Method",
            adyen_local(happened_at, zone) as "Booking Date", adyen_zone(happened_at, zone) as "TimeZone", currency as "Main Currency",
            adyen_text(amount, currency) as "Main Amount", type as "Record Type", currency as "Payment Currency",
            adyen_text(received, currency) as "Received (PC)", adyen_text(authorised, currency) as "Authorised (PC)",
            adyen_text(captured, currency) as "Captured (PC)",
            case when payable is not null then currency end as "Settlement Currency",
            adyen_text(payable, currency) as "Payable (SC)", adyen_part(commission, currency) as "Commission (SC)",
            adyen_part(markup, currency) as "Markup (SC)", adyen_part(scheme, currency) as "Scheme Fees (SC)",
            adyen_part(interchange, currency) as "Interchange (SC)", null as "Processing Fee Currency",
            null as "Processing Fee (FC)", null as "User Name", variant as "Payment Method Variant",
            reference as "Modification Psp Reference", null as "Modification Merchant Reference",
            cast(local as date) as _day,
            adyen_told_at(cast(local as date), zone) as _generated_at,
            account as _account, row_number() over (partition by account order by happened_at, psp_reference, stage, type, reference)
                as _seq
        from told order by _account, _seq"""
    )
