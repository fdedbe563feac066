with

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
    where kind in ('sale', 'discount', 'return')
),

released as (
    select * from {{ ref('int_recognised_sales__released') }}
),

moves as (
    select
        system,
        account,
        legal_entity,
        {{ first_of_month('event_date') }} as period,
        currency,
        amount as net_sales_amount,
        cast(0 as decimal(38, 4)) as recognised_amount
    from ledger
    union all
    select
        system,
        account,
        legal_entity,
        {{ first_of_month('event_date') }} as period,
        currency,
        cast(0 as decimal(38, 4)) as net_sales_amount,
        amount as recognised_amount
    from released
),

summed as (
    select
        system,
        account,
        legal_entity,
        period,
        currency,
        sum(net_sales_amount) as net_sales_amount,
        sum(recognised_amount) as recognised_amount
    from moves
    group by system, account, legal_entity, period, currency
),

running as (
    select
        system,
        account,
        legal_entity,
        period,
        currency,
        net_sales_amount,
        recognised_amount,
        sum(net_sales_amount - recognised_amount) over (
            partition by system, account, currency
            order by period asc nulls last
            rows between unbounded preceding and current row
        ) as closing_deferred_amount
    from summed
)

select
    system,
    account,
    legal_entity,
    period,
    currency,
    cast(closing_deferred_amount - net_sales_amount + recognised_amount as decimal(38, 4))
        as opening_deferred_amount,
    cast(net_sales_amount as decimal(38, 4)) as net_sales_amount,
    cast(recognised_amount as decimal(38, 4)) as recognised_amount,
    cast(closing_deferred_amount as decimal(38, 4)) as closing_deferred_amount
from running
