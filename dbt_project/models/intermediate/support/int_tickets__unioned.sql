-- What is asked of support, and which order it is about: one of the ticket's custom fields holds
-- the name of exactly one order, of the shop that another one names where several have it. Whoever
-- asks about an order need not be who placed it.
with

tickets as (
    select * from {{ ref('stg_zendesk__tickets') }}
),

ticket_fields as (
    select * from {{ ref('stg_zendesk__ticket_fields') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

named as (
    select
        ticket_fields.system,
        ticket_fields.account,
        ticket_fields.ticket_id,
        orders.account as order_account,
        orders.order_id,
        max(case when shop_fields.ticket_id is null then 0 else 1 end) as shop_flag
    from ticket_fields
    inner join orders on ticket_fields.field_value = orders.order_name
    left join ticket_fields as shop_fields
        on
            ticket_fields.account = shop_fields.account
            and ticket_fields.ticket_id = shop_fields.ticket_id
            and orders.account = shop_fields.field_value
    group by
        ticket_fields.system,
        ticket_fields.account,
        ticket_fields.ticket_id,
        orders.account,
        orders.order_id
),

ranked as (
    select
        named.*,
        max(shop_flag) over (partition by system, account, ticket_id) as best_flag
    from named
),

about as (
    select
        system,
        account,
        ticket_id,
        min(order_account) as order_account,
        min(order_id) as order_id
    from ranked
    where shop_flag = best_flag
    group by system, account, ticket_id
    having count(*) = 1
),

unioned as (
    select
        tickets.system,
        tickets.account,
        tickets.ticket_id,
        tickets.requester_id,
        tickets.status,
        tickets.is_open,
        tickets.priority,
        tickets.channel,
        about.order_account,
        about.order_id,
        tickets.created_at,
        tickets.updated_at
    from tickets
    left join about
        on
            tickets.system = about.system
            and tickets.account = about.account
            and tickets.ticket_id = about.ticket_id
)

select * from unioned
