-- Disputes of all payment providers with the money that they moved: what was taken, given back, and the
-- fee. Inquiries move none.
with

stripe_disputes as (
    select * from {{ ref('stg_stripe__disputes') }}
),

stripe_movements as (
    select * from {{ ref('stg_stripe__dispute_balance_transactions') }}
),

stripe_test_charges as (
    select * from {{ ref('stg_stripe__charges') }}
    where is_test
),

shopify_disputes as (
    select * from {{ ref('stg_shopify__payments_disputes') }}
),

shopify_entries as (
    select * from {{ ref('int_shopify_entries__linked') }}
    where dispute_id is not null
),

stripe_moved as (
    select
        account,
        dispute_id,
        currency,
        -sum(case when reporting_category = 'dispute' then gross_amount else 0 end)
            as withdrawn_amount,
        sum(case when reporting_category = 'dispute_reversal' then gross_amount else 0 end)
            as reinstated_amount,
        sum(fee_amount) as fee_amount
    from stripe_movements
    group by account, dispute_id, currency
),

shopify_moved as (
    select
        account,
        dispute_id,
        currency,
        min(charge_id) as charge_id,
        -sum(case when kind = 'dispute' then gross_amount else 0 end) as withdrawn_amount,
        sum(case when kind = 'dispute_reversal' then gross_amount else 0 end) as reinstated_amount,
        sum(fee_amount) as fee_amount
    from shopify_entries
    group by account, dispute_id, currency
),

shopify_charges as (
    select
        account,
        order_id,
        min(charge_id) as charge_id,
        count(*) as charges_count
    from {{ ref('int_shopify_charges__described') }}
    where status = 'captured'
    group by account, order_id
),

-- Adyen has no list of disputes: a chargeback and what follows it share one reference, and the last booked
-- of them says how it stands.
adyen_entries as (
    select
        entries.*,
        row_number() over (
            partition by entries.account, entries.dispute_id
            order by entries.occurred_at desc nulls last, entries.entry_id desc nulls last
        ) as last_turn
    from {{ ref('int_adyen_entries__linked') }} as entries
    where entries.dispute_id is not null and not entries.is_duplicate_record
),

adyen_disputes as (
    select
        account,
        dispute_id,
        currency,
        currency_presentment,
        min(charge_id) as charge_id,
        max(case when last_turn = 1 and kind = 'dispute_reversal' then 1 else 0 end) as won_count,
        max(case when kind = 'dispute' then -gross_amount_presentment end) as amount,
        -sum(case when kind = 'dispute' then gross_amount else 0 end) as withdrawn_amount,
        sum(case when kind = 'dispute_reversal' then gross_amount else 0 end) as reinstated_amount,
        sum(fee_amount) as fee_amount,
        min(occurred_at) as opened_at
    from adyen_entries
    group by account, dispute_id, currency, currency_presentment
),

paypal_disputes as (
    select * from {{ ref('stg_paypal__disputes') }}
),

paypal_moved as (
    select
        account,
        dispute_id,
        currency,
        -sum(case when kind = 'dispute' then gross_amount else 0 end) as withdrawn_amount,
        sum(case when kind = 'dispute_reversal' then gross_amount else 0 end) as reinstated_amount,
        sum(fee_amount) - sum(case when kind = 'dispute_fee' then gross_amount else 0 end) as fee_amount
    from {{ ref('int_paypal_entries__linked') }}
    where dispute_id is not null
    group by account, dispute_id, currency
),

unioned as (
    select
        stripe_disputes.system,
        stripe_disputes.account,
        stripe_disputes.dispute_id,
        stripe_disputes.charge_id,
        stripe_disputes.status,
        stripe_disputes.reason,
        stripe_disputes.is_inquiry,
        stripe_disputes.amount,
        stripe_disputes.currency,
        stripe_disputes.created_at as opened_at,
        stripe_disputes.due_at,
        coalesce(stripe_moved.withdrawn_amount, 0) as withdrawn_amount,
        coalesce(stripe_moved.reinstated_amount, 0) as reinstated_amount,
        coalesce(stripe_moved.fee_amount, 0) as fee_amount,
        stripe_moved.currency as settlement_currency
    from stripe_disputes
    left join stripe_moved
        on
            stripe_disputes.account = stripe_moved.account
            and stripe_disputes.dispute_id = stripe_moved.dispute_id
    left join stripe_test_charges
        on
            stripe_disputes.account = stripe_test_charges.account
            and stripe_disputes.charge_id = stripe_test_charges.charge_id
    where stripe_test_charges.charge_id is null
    union all
    select
        shopify_disputes.system,
        shopify_disputes.account,
        shopify_disputes.dispute_id,
        coalesce(
            shopify_moved.charge_id,
            case when shopify_charges.charges_count = 1 then shopify_charges.charge_id end
        ) as charge_id,
        shopify_disputes.status,
        shopify_disputes.reason,
        coalesce(shopify_disputes.dispute_type = 'inquiry', false) as is_inquiry,
        shopify_disputes.amount,
        shopify_disputes.currency,
        shopify_disputes.initiated_at as opened_at,
        shopify_disputes.evidence_due_at as due_at,
        coalesce(shopify_moved.withdrawn_amount, 0) as withdrawn_amount,
        coalesce(shopify_moved.reinstated_amount, 0) as reinstated_amount,
        coalesce(shopify_moved.fee_amount, 0) as fee_amount,
        shopify_moved.currency as settlement_currency
    from shopify_disputes
    left join shopify_moved
        on
            shopify_disputes.account = shopify_moved.account
            and shopify_disputes.dispute_id = shopify_moved.dispute_id
    left join shopify_charges
        on
            shopify_disputes.account = shopify_charges.account
            and shopify_disputes.order_id = shopify_charges.order_id
    union all
    select
        'adyen' as system,
        account,
        dispute_id,
        charge_id,
        case when won_count > 0 then 'won' else 'lost' end as status,
        {{ to_text('null') }} as reason,
        false as is_inquiry,
        amount,
        currency_presentment as currency,
        opened_at,
        cast(null as timestamp) as due_at,
        withdrawn_amount,
        reinstated_amount,
        fee_amount,
        currency as settlement_currency
    from adyen_disputes
    union all
    select
        paypal_disputes.system,
        paypal_disputes.account,
        paypal_disputes.dispute_id,
        paypal_disputes.charge_id,
        paypal_disputes.status,
        paypal_disputes.reason,
        -- PayPal takes the money of a claim without any chargeback, so none of its disputes only asks.
        false as is_inquiry,
        paypal_disputes.amount,
        paypal_disputes.currency,
        paypal_disputes.opened_at,
        paypal_disputes.due_at,
        coalesce(paypal_moved.withdrawn_amount, 0) as withdrawn_amount,
        coalesce(paypal_moved.reinstated_amount, 0) as reinstated_amount,
        coalesce(paypal_moved.fee_amount, 0) as fee_amount,
        paypal_moved.currency as settlement_currency
    from paypal_disputes
    left join paypal_moved
        on
            paypal_disputes.account = paypal_moved.account
            and paypal_disputes.dispute_id = paypal_moved.dispute_id
)

select * from unioned
