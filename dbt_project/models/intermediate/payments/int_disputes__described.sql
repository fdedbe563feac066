-- Disputes with their charge, its order and buyer. A lost one costs what was still with us: a part
-- that was refunded before is lost once only.
with

disputes as (
    select * from {{ ref('int_disputes__unioned') }}
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

described as (
    select
        disputes.system,
        disputes.account,
        disputes.dispute_id,
        disputes.charge_id,
        charges.order_account,
        charges.order_id,
        coalesce(orders_keyed.customer_key, customer_ids.customer_key) as customer_key,
        disputes.status,
        disputes.reason,
        disputes.is_inquiry,
        disputes.is_answerable,
        charges.payment_id as invoice_reference,
        disputes.amount,
        disputes.currency,
        disputes.opened_at,
        disputes.due_at,
        disputes.closed_at,
        disputes.withdrawn_amount,
        disputes.reinstated_amount,
        disputes.fee_amount,
        disputes.settlement_currency,
        case
            when disputes.status <> 'lost' then 0
            when charges.currency = disputes.currency
                then
                    least(
                        disputes.amount,
                        greatest(charges.captured_amount - charges.refunded_amount, 0)
                    )
            else disputes.amount
        end as lost_amount,
        case when charges.currency = disputes.currency then charges.captured_amount end
            as captured_amount,
        case when charges.currency = disputes.currency then charges.refunded_amount end
            as refunded_amount
    from disputes
    left join charges
        on
            disputes.system = charges.system
            and disputes.account = charges.account
            and disputes.charge_id = charges.charge_id
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
