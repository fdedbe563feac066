-- Adyen has no list of disputes: a chargeback and what follows it share one reference, and the
-- last booked of them says how it stands. Why, and until when it can be defended, only a webhook
-- tells. A chargeback counts as lost until it is reversed; after the second nothing follows.
with

entries as (
    select
        linked.*,
        row_number() over (
            partition by linked.account, linked.dispute_id
            order by linked.occurred_at desc nulls last, linked.entry_id desc nulls last
        ) as last_turn
    from {{ ref('int_adyen_entries__linked') }} as linked
    where linked.dispute_id is not null and not linked.is_duplicate_record
),

told as (
    select
        account,
        psp_reference as dispute_id,
        max(lower(reason)) as reason,
        max(due_at) as due_at
    from {{ ref('stg_adyen__notifications') }}
    where event_code in ('NOTIFICATION_OF_CHARGEBACK', 'CHARGEBACK')
    group by account, psp_reference
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

moved as (
    select
        account,
        dispute_id,
        currency,
        currency_presentment,
        min(charge_id) as charge_id,
        max(case when last_turn = 1 and kind = 'dispute_reversal' then 1 else 0 end) as won_count,
        sum(case when kind = 'dispute' then 1 else 0 end) as chargebacks_count,
        max(case when kind = 'dispute' then -gross_amount_presentment end) as amount,
        -sum(case when kind = 'dispute' then gross_amount else 0 end) as withdrawn_amount,
        sum(case when kind = 'dispute_reversal' then gross_amount else 0 end) as reinstated_amount,
        sum(fee_amount) as fee_amount,
        min(occurred_at) as opened_at,
        max(occurred_at) as last_booked_at
    from entries
    group by account, dispute_id, currency, currency_presentment
),

summed as (
    select
        'adyen' as system,
        moved.account,
        moved.dispute_id,
        moved.charge_id,
        case when moved.won_count > 0 then 'won' else 'lost' end as status,
        told.reason,
        false as is_inquiry,
        coalesce(
            moved.won_count = 0
            and moved.chargebacks_count = 1
            and told.due_at >= run_context.as_of,
            false
        ) as is_answerable,
        moved.amount,
        moved.currency_presentment as currency,
        moved.opened_at,
        told.due_at,
        case when moved.won_count > 0 or moved.chargebacks_count > 1 then moved.last_booked_at end
            as closed_at,
        moved.withdrawn_amount,
        moved.reinstated_amount,
        moved.fee_amount,
        moved.currency as settlement_currency
    from moved
    cross join run_context
    left join told
        on
            moved.account = told.account
            and moved.dispute_id = told.dispute_id
)

select * from summed
