-- One sale becomes up to three ledger entries: what was sold before discount and tax, its discount,
-- its tax. Every component excludes tax, in both tax modes. Unknown kinds get none and are counted.
with

sales as (
    select * from {{ ref('int_sales__classified') }}
),

subjects as (
    select * from {{ ref('int_sale_subjects__dated') }}
),

rated as (
    select
        sales.*,
        case
            when sales.kind = 'return' and sales.line_type = 'adjustment' then sales.order_date
            when sales.action_type = 'return' and subjects.first_sold_at <= sales.event_at
                then subjects.first_sold_date
            else sales.event_date
        end as rate_date
    from sales
    left join subjects
        on
            sales.account = subjects.account
            and sales.order_id = subjects.order_id
            and sales.subject = subjects.subject
    where sales.kind <> 'unknown'
),

split as (
    select
        rated.*,
        sale_id || ':' || kind as ledger_id,
        kind as entry_kind,
        case when kind = 'sale' then net_amount + discount_amount else net_amount end as amount,
        case
            when kind = 'sale' then net_amount_presentment + discount_amount_presentment
            else net_amount_presentment
        end as amount_presentment
    from rated
    union all
    select
        rated.*,
        sale_id || ':discount' as ledger_id,
        'discount' as entry_kind,
        -discount_amount as amount,
        -discount_amount_presentment as amount_presentment
    from rated
    where kind = 'sale' and discount_amount <> 0
    union all
    select
        rated.*,
        sale_id || ':tax' as ledger_id,
        'tax' as entry_kind,
        tax_amount as amount,
        tax_amount_presentment as amount_presentment
    from rated
    where tax_amount <> 0
),

entries as (
    select
        system,
        account,
        legal_entity,
        ledger_id,
        order_id,
        line_id,
        subject,
        entry_kind as kind,
        event_at,
        event_date,
        rate_date,
        recorded_at,
        currency,
        currency_presentment,
        group_currency,
        amount,
        amount_presentment
    from split
)

select * from entries
