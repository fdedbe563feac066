with

movements as (
    select * from {{ ref('int_stored_value__converted') }}
),

summed as (
    select
        system,
        account,
        legal_entity,
        instrument,
        period,
        currency,
        sum(amount) as moved_amount,
        sum(case when kind in ('issued', 'granted') then amount else 0 end) as issued_amount,
        sum(case when kind = 'granted' then amount else 0 end) as granted_amount,
        sum(case when kind = 'refunded' then amount else 0 end) as refunded_amount,
        -sum(case when kind = 'redeemed' then amount else 0 end) as redeemed_amount,
        -sum(case when kind in ('expired', 'deactivated') then amount else 0 end)
            as expired_amount
    from movements
    group by system, account, legal_entity, instrument, period, currency
),

running as (
    select
        system,
        account,
        legal_entity,
        instrument,
        period,
        currency,
        moved_amount,
        issued_amount,
        granted_amount,
        refunded_amount,
        redeemed_amount,
        expired_amount,
        sum(moved_amount) over (
            partition by system, account, instrument, currency
            order by period asc nulls last
            rows between unbounded preceding and current row
        ) as closing_amount
    from summed
)

select
    system,
    account,
    legal_entity,
    instrument,
    period,
    currency,
    cast(closing_amount - moved_amount as decimal(38, 4)) as opening_amount,
    cast(issued_amount as decimal(38, 4)) as issued_amount,
    cast(granted_amount as decimal(38, 4)) as granted_amount,
    cast(refunded_amount as decimal(38, 4)) as refunded_amount,
    cast(redeemed_amount as decimal(38, 4)) as redeemed_amount,
    cast(expired_amount as decimal(38, 4)) as expired_amount,
    cast(closing_amount as decimal(38, 4)) as closing_amount
from running
