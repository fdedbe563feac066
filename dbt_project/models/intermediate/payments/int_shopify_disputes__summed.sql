-- Disputes at Shopify Payments with the money that they moved. They name the order; the charge is
-- the one that the money was taken for, else the order's only one.
with

disputes as (
    select * from {{ ref('stg_shopify__payments_disputes') }}
),

entries as (
    select * from {{ ref('int_shopify_entries__linked') }}
    where dispute_id is not null
),

moved as (
    select
        account,
        dispute_id,
        currency,
        min(charge_id) as charge_id,
        -sum(case when kind = 'dispute' then gross_amount else 0 end) as withdrawn_amount,
        sum(case when kind = 'dispute_reversal' then gross_amount else 0 end) as reinstated_amount,
        sum(fee_amount) as fee_amount
    from entries
    group by account, dispute_id, currency
),

charges as (
    select
        account,
        order_id,
        min(charge_id) as charge_id,
        count(*) as charges_count
    from {{ ref('int_shopify_charges__described') }}
    where status = 'captured'
    group by account, order_id
),

summed as (
    select
        disputes.system,
        disputes.account,
        disputes.dispute_id,
        coalesce(moved.charge_id, case when charges.charges_count = 1 then charges.charge_id end)
            as charge_id,
        disputes.status,
        disputes.reason,
        coalesce(disputes.dispute_type = 'inquiry', false) as is_inquiry,
        coalesce(disputes.status = 'needs_response', false) as is_answerable,
        disputes.amount,
        disputes.currency,
        disputes.initiated_at as opened_at,
        disputes.evidence_due_at as due_at,
        disputes.finalized_at as closed_at,
        coalesce(moved.withdrawn_amount, 0) as withdrawn_amount,
        coalesce(moved.reinstated_amount, 0) as reinstated_amount,
        coalesce(moved.fee_amount, 0) as fee_amount,
        moved.currency as settlement_currency
    from disputes
    left join moved
        on
            disputes.account = moved.account
            and disputes.dispute_id = moved.dispute_id
    left join charges
        on
            disputes.account = charges.account
            and disputes.order_id = charges.order_id
)

select * from summed
