-- What open disputes will probably cost: what is still with us of the disputed charge, times how
-- often disputes of that reason were lost before. Too few closed ones of a reason, and finance's
-- own rate stands in. An inquiry moves no money and needs no provision.
with

disputes as (
    select * from {{ ref('int_disputes__described') }}
    where not is_inquiry
),

charges as (
    select * from {{ ref('int_psp_charges__unioned') }}
),

policies as (
    select * from {{ ref('dispute_provision_rates') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

history as (
    select
        reason,
        sum(case when status = 'lost' then 1 else 0 end) as lost_count,
        sum(1) as closed_count
    from disputes
    where status in ('won', 'lost')
    group by reason
),

open_disputes as (
    select
        disputes.*,
        case
            when charges.currency = disputes.currency
                then
                    least(
                        disputes.amount,
                        greatest(charges.captured_amount - charges.refunded_amount, 0)
                    )
            else disputes.amount
        end as at_risk_amount
    from disputes
    left join charges
        on
            disputes.system = charges.system
            and disputes.account = charges.account
            and disputes.charge_id = charges.charge_id
    where disputes.status not in (
        'won', 'lost', 'accepted', 'charge_refunded', 'prevented', 'closed', 'warning_closed'
    )
),

ranked as (
    select
        open_disputes.*,
        policies.loss_rate as policy_rate,
        policies.min_closed_count,
        row_number() over (
            partition by open_disputes.system, open_disputes.account, open_disputes.dispute_id
            order by
                case when policies.reason = open_disputes.reason then 0 else 1 end asc nulls last,
                policies.valid_from desc nulls last
        ) as policy_rank
    from open_disputes
    cross join run_context
    left join policies
        on
            (open_disputes.reason = policies.reason or policies.reason = 'any')
            and policies.valid_from <= cast(run_context.as_of as date)
),

rated as (
    select
        ranked.*,
        coalesce(history.closed_count, 0) as closed_count,
        case
            when coalesce(history.closed_count, 0) >= ranked.min_closed_count then 'history'
            else 'policy'
        end as rate_basis,
        case
            when coalesce(history.closed_count, 0) >= ranked.min_closed_count
                then {{
                    divide_rates(
                        'cast(history.lost_count as decimal(18, 10))',
                        'cast(history.closed_count as decimal(18, 10))'
                    )
                }}
            else {{ to_rate('ranked.policy_rate') }}
        end as loss_rate
    from ranked
    left join history on ranked.reason = history.reason
    where ranked.policy_rank = 1
),

estimated as (
    select
        system,
        account,
        dispute_id,
        order_account,
        order_id,
        customer_key,
        reason,
        status,
        opened_at,
        currency,
        at_risk_amount,
        loss_rate,
        rate_basis,
        closed_count,
        {{ convert('at_risk_amount', 'loss_rate') }} as provision_amount
    from rated
)

select * from estimated
