-- Net sales as they are earned: by the share of an order's units that have left the house. At each
-- moment what should have been recognised by then is compared with what was; the step is a row.
-- Shipped in full, all of it is recognised; counter sales are handed over at once.
with

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

line_items as (
    select * from {{ ref('stg_shopify__line_items') }}
    where is_shippable
),

merged as (
    select * from {{ ref('int_recognition_steps__merged') }}
),

shippable as (
    select
        account,
        order_id,
        sum(quantity) as quantity
    from line_items
    group by account, order_id
),

running as (
    select
        merged.account,
        merged.order_id,
        merged.event_at,
        merged.currency,
        {% for column in ['amount', 'amount_group', 'unconverted_rows_count', 'quantity'] -%}
        sum(merged.{{ column }}) over (
            partition by merged.account, merged.order_id, merged.currency
            order by merged.event_at asc nulls last
            rows between unbounded preceding and current row
        ) as {{ column }},
        {% endfor -%}
        orders.system,
        orders.legal_entity,
        orders.zone,
        coalesce(shippable.quantity, 0) as shippable_quantity,
        coalesce(orders.channel = 'pos', false) as is_handed_over
    from merged
    inner join orders
        on
            merged.account = orders.account
            and merged.order_id = orders.order_id
    left join shippable
        on
            merged.account = shippable.account
            and merged.order_id = shippable.order_id
),

earned as (
    select
        running.*,
        case
            when is_handed_over or shippable_quantity = 0 or quantity >= shippable_quantity
                then amount
            else {{ prorate('amount', 'quantity', 'shippable_quantity') }}
        end as earned_amount,
        case
            when unconverted_rows_count > 0 then null
            when is_handed_over or shippable_quantity = 0 or quantity >= shippable_quantity
                then amount_group
            else {{ prorate('amount_group', 'quantity', 'shippable_quantity') }}
        end as earned_amount_group
    from running
),

stepped as (
    select
        earned.*,
        lag(earned_amount) over (
            partition by account, order_id, currency order by event_at asc nulls last
        ) as earned_amount_before,
        lag(earned_amount_group) over (
            partition by account, order_id, currency order by event_at asc nulls last
        ) as earned_amount_group_before
    from earned
),

released as (
    select
        system,
        account,
        legal_entity,
        order_id,
        event_at,
        {{ local_date('event_at', 'zone') }} as event_date,
        currency,
        quantity as shipped_quantity,
        shippable_quantity,
        earned_amount - coalesce(earned_amount_before, 0) as amount,
        earned_amount_group - coalesce(earned_amount_group_before, 0) as amount_group,
        amount - earned_amount as deferred_amount
    from stepped
)

select * from released
