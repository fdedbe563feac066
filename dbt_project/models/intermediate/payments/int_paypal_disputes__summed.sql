-- PayPal's disputes with the money that they moved. The last change of one that is resolved was
-- its end.
with

disputes as (
    select * from {{ ref('stg_paypal__disputes') }}
),

moved as (
    select
        account,
        dispute_id,
        currency,
        -sum(case when kind = 'dispute' then gross_amount else 0 end) as withdrawn_amount,
        sum(case when kind = 'dispute_reversal' then gross_amount else 0 end) as reinstated_amount,
        sum(fee_amount) - sum(case when kind = 'dispute_fee' then gross_amount else 0 end)
            as fee_amount
    from {{ ref('int_paypal_entries__linked') }}
    where dispute_id is not null
    group by account, dispute_id, currency
),

summed as (
    select
        disputes.system,
        disputes.account,
        disputes.dispute_id,
        disputes.charge_id,
        disputes.status,
        disputes.reason,
        -- PayPal takes the money of a claim without any chargeback, so none of its disputes only
        -- asks.
        false as is_inquiry,
        disputes.status = 'needs_response' as is_answerable,
        disputes.amount,
        disputes.currency,
        disputes.opened_at,
        disputes.due_at,
        case when disputes.vendor_status = 'resolved' then disputes.updated_at end as closed_at,
        coalesce(moved.withdrawn_amount, 0) as withdrawn_amount,
        coalesce(moved.reinstated_amount, 0) as reinstated_amount,
        coalesce(moved.fee_amount, 0) as fee_amount,
        moved.currency as settlement_currency
    from disputes
    left join moved
        on
            disputes.account = moved.account
            and disputes.dispute_id = moved.dispute_id
)

select * from summed
