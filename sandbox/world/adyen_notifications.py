"""``adyen.notifications``: what Adyen tells of each payment as it happens, one row per NotificationRequestItem.

``success`` is a text, "true" or "false". A refund's first answer says that it was sent; that the bank turned it
down comes later, as the same event with ``success`` "false" or, once it was booked, as REFUNDED_REVERSED.
"""

import duckdb

ASKED_MINUTES = 2  # until Adyen has answered to a request


def render_notifications(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create table adyen.notifications as
        with told as (
            select account, ono, tno, 'AUTHORISATION' as code, not is_refused as success, null as reference,
                created_at as happened_at, amount, case when is_refused then 'Refused' end as reason
            from truth.adyen_payments
            union all
            select account, ono, tno, 'CANCELLATION', true, adyen_reference('ax' || ono || '/' || tno), canceled_at,
                amount, null
            from truth.adyen_payments where canceled_at is not null
            union all
            select account, ono, tno, 'CAPTURE', true, reference, captured_at + interval {ASKED_MINUTES} minute, amount,
                null
            from truth.adyen_captures
            union all
            select account, ono, tno, 'REFUND', not is_refused, reference,
                case when is_refused then answered_at else asked_at + interval {ASKED_MINUTES} minute end, amount,
                case when is_refused then 'Refund declined by the shopper''s bank' end
            from truth.adyen_refunds
            union all
            select account, ono, tno, 'REFUNDED_REVERSED', true, reversal_reference, reversed_at, amount,
                'Account of the shopper is closed'
            from truth.adyen_refunds where reversed_at is not null and not is_refused
            union all
            select account, ono, tno, 'NOTIFICATION_OF_CHARGEBACK', true, reference, opened_at - interval 3 hour, amount,
                reason
            from truth.adyen_disputes
            union all
            select account, ono, tno, 'CHARGEBACK', true, reference, opened_at, amount, reason from truth.adyen_disputes
            union all
            select account, ono, tno, 'CHARGEBACK_REVERSED', true, reference, won_at, amount, reason
            from truth.adyen_disputes where won_at is not null
            union all
            select account, ono, tno, 'SECOND_CHARGEBACK', true, reference, again_at, amount, reason
            from truth.adyen_disputes where again_at is not null)
        select t.account || ' ' || coalesce(t.reference, p.reference) || ' ' || code || ' ' || success as id,
            m.merchant as merchant, code as event_code, case when success then 'true' else 'false' end as success,
            coalesce(t.reference, p.reference) as psp_reference,
            case when t.reference is not null then p.reference end as original_reference, p.merchant_reference,
            t.amount as value, m.currency, p.method, p.variant, t.reason,
            adyen_instant(t.happened_at, m.zone) as event_date,
            case when code in ('NOTIFICATION_OF_CHARGEBACK', 'CHARGEBACK') then (
                select adyen_instant(d.due_at, m.zone) from truth.adyen_disputes as d
                where d.account = t.account and d.reference = t.reference) end as defended_until,
            t.happened_at, t.account as _account,
            row_number() over (partition by t.account order by t.happened_at, code, t.reference) as _seq
        from told as t join truth.adyen_merchants as m using (account)
        join truth.adyen_payments as p on p.account = t.account and p.ono = t.ono and p.tno = t.tno
        where t.happened_at <= psp_now() order by _account, _seq"""
    )
