"""How Stripe shows charges and payment intents at a moment: one query per object, as of any time.

``asked`` is a relation of keys with ``as_of``; each row gives the object's fields as they were then.
Fields as in Stripe's API reference for version 2026-07-29.dahlia (docs.stripe.com/api/charges/object).
"""

DETAILS = """struct_pack("type" := case when by_debit then 'sepa_debit' else 'card' end,
    "card" := case when not by_debit then struct_pack("amount_authorized" := amount, "authorization_code" := null,
        "brand" := brand_name, "checks" := struct_pack("address_line1_check" := null,
            "address_postal_code_check" := 'pass', "cvc_check" := 'pass'),
        "country" := card_country, "exp_month" := 1 + pid % 12, "exp_year" := 2027 + pid % 5,
        "extended_authorization" := struct_pack("status" := 'disabled'),
        "fingerprint" := psp_id('', 'card' || pid), "funding" := case pid % 4 when 0 then 'debit' else 'credit' end,
        "incremental_authorization" := struct_pack("status" := 'unavailable'), "installments" := null,
        "last4" := lpad(cast(pid % 10000 as varchar), 4, '0'), "mandate" := null,
        "multicapture" := struct_pack("status" := 'unavailable'), "network" := brand_name,
        "network_token" := struct_pack("used" := false), "network_transaction_id" := null,
        "overcapture" := struct_pack("maximum_amount_capturable" := amount, "status" := 'unavailable'),
        "regulated_status" := 'unregulated', "three_d_secure" := null, "transaction_link_id" := null,
        "wallet" := null) end,
    "sepa_debit" := case when by_debit then struct_pack("bank_code" := '37040044', "branch_code" := null,
        "country" := country, "expected_debit_date" := null, "fingerprint" := psp_id('', 'debit' || pid),
        "last4" := lpad(cast(pid % 10000 as varchar), 4, '0'), "mandate" := psp_id('mandate_1', 'm' || pid)) end)"""

METADATA = """map(['shop', 'order_id', 'order_name', 'payment_id'],
    [domain, cast(order_id as varchar), '#' || (1000 + number), 'c' || transaction_id || '.1'])"""
NO_METADATA = "map(cast([] as varchar[]), cast([] as varchar[]))"


def charges(asked: str) -> str:
    """Select of charges; ``asked`` has ``ono``, ``tno``, ``as_of``."""
    return f"""
    with asked as ({asked}),
    given_back as (
        select a.ono, a.tno, a.as_of, cast(sum(r.amount) as bigint) as refunded
        from asked as a join truth.psp_refunds as r using (ono, tno)
        where r.created_at <= a.as_of and (r.planned_failure_at is null or r.planned_failure_at > a.as_of)
        group by a.ono, a.tno, a.as_of),
    contested as (
        select distinct a.ono, a.tno, a.as_of
        from asked as a join truth.psp_disputes as d using (ono, tno) where d.opened_at <= a.as_of),
    seen as (
        select c.*, a.as_of, coalesce(g.refunded, 0) as given_back, x.ono is not null as is_disputed,
            i.intent_id, w.email as typed_email, w.phone as typed_phone, p.first_name, p.last_name, p.address1,
            p.city, p.zip, p.province, p.country as home_country,
            case when c.brand < 11 then 'visa' when c.brand < 17 then 'mastercard'
                when c.shop = 2 then 'jcb' else 'amex' end as brand_name,
            c.taken_at <= a.as_of as is_taken,
            case when c.is_declined or c.bounced_at <= a.as_of then 'failed'
                when c.by_debit and a.as_of < coalesce(c.cleared_at, c.bounced_at) then 'pending'
                else 'succeeded' end as state
        from asked as a
        join truth.psp_charges as c using (ono, tno)
        join truth.psp_intents as i on i.ono = c.ono and i.pi_tno = c.pi_tno
        join truth.contacts as w on w.pid = c.pid and w.shop = c.shop
        join truth.persons as p on p.pid = c.pid
        left join given_back as g on g.ono = a.ono and g.tno = a.tno and g.as_of = a.as_of
        left join contested as x on x.ono = a.ono and x.tno = a.tno and x.as_of = a.as_of)
    select charge_id as "id", 'charge' as "object", amount as "amount",
        case when state <> 'failed' and is_taken then taken else 0 end as "amount_captured",
        given_back as "amount_refunded", null as "application", null as "application_fee",
        null as "application_fee_amount",
        case when is_taken then psp_id('txn_3', 'ch' || ono || '/' || tno) end as "balance_transaction",
        struct_pack("address" := struct_pack("city" := city, "country" := home_country, "line1" := address1,
                "line2" := null, "postal_code" := zip, "state" := province),
            "email" := case when mode in ('customer', 'guest_email') then typed_email end,
            "name" := case when mode <> 'guest_none' then first_name || ' ' || last_name end,
            "phone" := case when mode in ('customer', 'guest_phone') then typed_phone end,
            "tax_id" := null) as "billing_details",
        'NORDLICHT' as "calculated_statement_descriptor", state <> 'failed' and coalesce(is_taken, false) as "captured",
        psp_epoch(created_at) as "created", lower(currency_p) as "currency", customer as "customer",
        '#' || (1000 + number) as "description", is_disputed as "disputed",
        case when bounced_at <= as_of
            then psp_id('txn_1', 'bounced' || psp_id('txn_3', 'ch' || ono || '/' || tno)) end
            as "failure_balance_transaction",
        case when is_declined then 'card_declined' when state = 'failed' then 'insufficient_funds' end
            as "failure_code",
        case when is_declined then 'Your card was declined.'
            when state = 'failed' then 'The customer''s account has insufficient funds to cover this payment.' end
            as "failure_message",
        {NO_METADATA} as "fraud_details", true as "livemode",
        case when has_metadata then {METADATA} else {NO_METADATA} end as "metadata",
        null as "on_behalf_of",
        struct_pack("advice_code" := case when is_declined then 'try_again_later' end,
            "network_advice_code" := null,
            "network_decline_code" := case when is_declined then '05' end,
            "network_status" := case when is_declined then 'declined_by_network' else 'approved_by_network' end,
            "reason" := case when is_declined then 'generic_decline' end,
            "seller_message" := case when is_declined then 'The bank did not return any further details with this decline.'
                else 'Payment complete.' end,
            "type" := case when is_declined then 'issuer_declined' else 'authorized' end) as "outcome",
        state = 'succeeded' as "paid", intent_id as "payment_intent",
        psp_id('pm_1', 'pm' || pid || '/' || shop) as "payment_method", {DETAILS} as "payment_method_details",
        null as "receipt_email", null as "receipt_number",
        case when state <> 'failed' then 'https://pay.stripe.com/receipts/' || charge_id end as "receipt_url",
        given_back > 0 and given_back = amount as "refunded", null as "review", null as "shipping",
        null as "source_transfer", null as "statement_descriptor", null as "statement_descriptor_suffix",
        state as "status", null as "transfer_data", null as "transfer_group",
        psp as _account, ono || '/' || tno as _key, as_of as _as_of
    from seen"""


def payment_intents(asked: str) -> str:
    """Select of payment intents; ``asked`` has ``ono``, ``pi_tno``, ``as_of``."""
    return f"""
    with asked as ({asked}),
    tried as (
        select a.as_of, i.intent_id, i.canceled_at <= a.as_of as is_canceled, i.created_at as begun_at,
            i.canceled_at as ended_at, c.*,
            row_number() over (partition by a.ono, a.pi_tno, a.as_of order by c.created_at desc, c.tno desc) as nth
        from asked as a
        join truth.psp_intents as i using (ono, pi_tno)
        join truth.psp_charges as c on c.ono = a.ono and c.pi_tno = a.pi_tno and c.created_at <= a.as_of),
    seen as (
        select *, case when is_canceled then 'canceled'
                when is_declined or bounced_at <= as_of then 'requires_payment_method'
                when by_debit and as_of < coalesce(cleared_at, bounced_at) then 'processing'
                when is_manual and not coalesce(taken_at <= as_of, false) then 'requires_capture'
                else 'succeeded' end as state
        from tried where nth = 1)
    select intent_id as "id", 'payment_intent' as "object", amount as "amount",
        case when state = 'requires_capture' then amount else 0 end as "amount_capturable",
        struct_pack("tip" := {NO_METADATA}) as "amount_details",
        case when state = 'succeeded' then taken else 0 end as "amount_received",
        null as "application", null as "application_fee_amount",
        struct_pack("enabled" := true) as "automatic_payment_methods",
        case when is_canceled then psp_epoch(ended_at) end as "canceled_at",
        case when is_canceled then 'requested_by_customer' end as "cancellation_reason",
        case when is_manual then 'manual' else 'automatic' end as "capture_method",
        intent_id || '_secret_' || psp_id('', intent_id) as "client_secret", 'automatic' as "confirmation_method",
        psp_epoch(begun_at) as "created", lower(currency_p) as "currency", customer as "customer",
        null as "customer_account", '#' || (1000 + number) as "description",
        null as "excluded_payment_method_types", charge_id as "latest_charge",
        case when state = 'requires_payment_method' then struct_pack("charge" := charge_id,
            "code" := case when is_declined then 'card_declined' else 'payment_intent_payment_attempt_failed' end,
            "message" := case when is_declined then 'Your card was declined.' else 'The payment failed.' end,
            "type" := case when is_declined then 'card_error' else 'invalid_request_error' end) end
            as "last_payment_error",
        true as "livemode", struct_pack("enabled" := false) as "managed_payments",
        case when intent_has_metadata then {METADATA} else {NO_METADATA} end as "metadata",
        null as "next_action", null as "on_behalf_of",
        case when state <> 'requires_payment_method' then psp_id('pm_1', 'pm' || pid || '/' || shop) end
            as "payment_method",
        null as "payment_method_configuration_details", {NO_METADATA} as "payment_method_options",
        [case when by_debit then 'sepa_debit' else 'card' end] as "payment_method_types",
        null as "processing", null as "receipt_email", null as "review", null as "setup_future_usage",
        null as "shipping", null as "source", null as "statement_descriptor",
        null as "statement_descriptor_suffix", state as "status", null as "transfer_data",
        null as "transfer_group", psp as _account, ono || '/' || pi_tno as _key, as_of as _as_of
    from seen"""
