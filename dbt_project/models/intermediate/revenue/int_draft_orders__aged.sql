{{ config(materialized='view') }}

-- Drafts that are no orders yet, with whom they are for and in group money at the rate of the day
-- they were made. A view: only the mart reads it.
with

draft_orders as (
    select * from {{ ref('stg_shopify__draft_orders') }}
    where status <> 'completed'
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

rates as (
    select * from {{ ref('int_fx_rates__daily') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

dated as (
    select
        draft_orders.*,
        accounts.legal_entity,
        accounts.group_currency,
        {{ local_date('draft_orders.created_at', 'accounts.zone') }} as created_date,
        {{ local_date('run_context.as_of', 'accounts.zone') }} as as_of_date
    from draft_orders
    cross join run_context
    left join accounts
        on
            draft_orders.system = accounts.system
            and draft_orders.account = accounts.account
),

joined as (
    select
        dated.*,
        customer_ids.customer_key,
        {{ days_between('dated.created_date', 'dated.as_of_date') }} as age_days,
        case
            when dated.currency = dated.group_currency then dated.total_price_amount
            else {{ convert('dated.total_price_amount', 'rates.rate') }}
        end as total_price_amount_group
    from dated
    left join customer_ids
        on
            dated.system = customer_ids.system
            and dated.account = customer_ids.account
            and dated.customer_id = customer_ids.source_id
    left join rates
        on
            dated.currency = rates.from_currency
            and dated.group_currency = rates.to_currency
            and dated.created_date = rates.day
)

select * from joined
