-- Net sales as Shopify's own sales report states them beside ours, and why they differ, row by row.
-- The report counts sales and returns of all orders but tests; it dates an order by when it was
-- made in the shop (`created`) or when it was placed (`processed`), takes every order adjustment
-- for a return, and leaves an order that ended unpaid standing where the shop wrote no reversal.
-- Gift cards sold, tips, shipping and tax are in neither.
with

sales as (
    select * from {{ ref('int_sales__classified') }}
    where kind in ('sale', 'return', 'adjustment')
),

agreements as (
    select * from {{ ref('stg_shopify__agreements') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

reversals as (
    select * from {{ ref('int_ended_orders__reversed') }}
    where kind = 'return'
),

dated as (
    select
        sales.system,
        sales.account,
        sales.legal_entity,
        sales.kind,
        sales.currency,
        sales.net_amount,
        sales.event_date as processed_date,
        {{
            local_date(
                "case when agreements.agreement_type = 'OrderAgreement' then orders.created_at"
                " else agreements.happened_at end",
                'orders.zone'
            )
        }} as created_date
    from sales
    inner join orders
        on
            sales.account = orders.account
            and sales.order_id = orders.order_id
    left join agreements
        on
            sales.account = agreements.account
            and sales.order_id = agreements.order_id
            and sales.agreement_id = agreements.agreement_id
),

bases as (
    select 'processed' as basis
    union all
    select 'created' as basis
),

reported as (
    select
        dated.system,
        dated.account,
        dated.legal_entity,
        'processed' as basis,
        dated.processed_date as date,
        dated.currency,
        case when dated.kind = 'adjustment' then 'adjustment' else 'agreed' end as cause,
        dated.net_amount as amount
    from dated
    union all
    select
        dated.system,
        dated.account,
        dated.legal_entity,
        'created' as basis,
        dated.created_date as date,
        dated.currency,
        case when dated.kind = 'adjustment' then 'adjustment' else 'agreed' end as cause,
        dated.net_amount as amount
    from dated
    union all
    select
        dated.system,
        dated.account,
        dated.legal_entity,
        'created' as basis,
        dated.created_date as date,
        dated.currency,
        'dating' as cause,
        -dated.net_amount as amount
    from dated
    where dated.created_date <> dated.processed_date and dated.kind <> 'adjustment'
    union all
    select
        dated.system,
        dated.account,
        dated.legal_entity,
        'created' as basis,
        dated.processed_date as date,
        dated.currency,
        'dating' as cause,
        dated.net_amount as amount
    from dated
    where dated.created_date <> dated.processed_date and dated.kind <> 'adjustment'
    union all
    select
        reversals.system,
        reversals.account,
        reversals.legal_entity,
        bases.basis,
        reversals.event_date as date,
        reversals.currency,
        'reversal' as cause,
        reversals.amount
    from reversals
    cross join bases
)

select * from reported
