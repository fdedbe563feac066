-- Stripe's disputes with the money that they moved. A dispute says when it was closed only in its
-- event, and events are kept for 30 days; one that was won was closed when the money came back.
with

disputes as (
    select * from {{ ref('stg_stripe__disputes') }}
),

movements as (
    select * from {{ ref('stg_stripe__dispute_balance_transactions') }}
),

test_charges as (
    select * from {{ ref('stg_stripe__charges') }}
    where is_test
),

closed as (
    select
        account,
        object_id as dispute_id,
        max(happened_at) as closed_at
    from {{ ref('stg_stripe__events') }}
    where event_type = 'charge.dispute.closed'
    group by account, object_id
),

moved as (
    select
        account,
        dispute_id,
        currency,
        -sum(case when reporting_category = 'dispute' then gross_amount else 0 end)
            as withdrawn_amount,
        sum(case when reporting_category = 'dispute_reversal' then gross_amount else 0 end)
            as reinstated_amount,
        sum(fee_amount) as fee_amount,
        max(case when reporting_category = 'dispute_reversal' then created_at end) as reinstated_at
    from movements
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
        disputes.is_inquiry,
        coalesce(disputes.status in ('needs_response', 'warning_needs_response'), false)
            as is_answerable,
        disputes.amount,
        disputes.currency,
        disputes.created_at as opened_at,
        disputes.due_at,
        coalesce(
            closed.closed_at, case when disputes.status = 'won' then moved.reinstated_at end
        ) as closed_at,
        coalesce(moved.withdrawn_amount, 0) as withdrawn_amount,
        coalesce(moved.reinstated_amount, 0) as reinstated_amount,
        coalesce(moved.fee_amount, 0) as fee_amount,
        moved.currency as settlement_currency
    from disputes
    left join moved
        on
            disputes.account = moved.account
            and disputes.dispute_id = moved.dispute_id
    left join closed
        on
            disputes.account = closed.account
            and disputes.dispute_id = closed.dispute_id
    left join test_charges
        on
            disputes.account = test_charges.account
            and disputes.charge_id = test_charges.charge_id
    where test_charges.charge_id is null
)

select * from summed
