-- Disputes of all payment providers with their charge, its order and buyer, and what they moved.
-- A lost one costs what was still with us: a part that was refunded before is lost once only.
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

charges as (
    select * from {{ ref('int_psp_charges__unioned') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
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
),

described as (
    select
        unioned.system,
        unioned.account,
        unioned.dispute_id,
        unioned.charge_id,
        charges.order_account,
        charges.order_id,
        coalesce(orders_keyed.customer_key, customer_ids.customer_key) as customer_key,
        unioned.status,
        unioned.reason,
        unioned.is_inquiry,
        unioned.amount,
        unioned.currency,
        unioned.opened_at,
        unioned.due_at,
        unioned.withdrawn_amount,
        unioned.reinstated_amount,
        unioned.fee_amount,
        unioned.settlement_currency,
        case
            when unioned.status <> 'lost' then 0
            when charges.currency = unioned.currency
                then
                    least(
                        unioned.amount,
                        greatest(charges.captured_amount - charges.refunded_amount, 0)
                    )
            else unioned.amount
        end as lost_amount
    from unioned
    left join charges
        on
            unioned.system = charges.system
            and unioned.account = charges.account
            and unioned.charge_id = charges.charge_id
    left join orders_keyed
        on
            charges.order_account = orders_keyed.account
            and charges.order_id = orders_keyed.order_id
    left join customer_ids
        on
            charges.system = customer_ids.system
            and charges.account = customer_ids.account
            and charges.customer_source_id = customer_ids.source_id
)

select * from described
