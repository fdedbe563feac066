-- What is asked of support, and which order it is about: one of the ticket's custom fields holds
-- the name of exactly one order. Whoever asks about an order need not be who placed it.
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
    select distinct
        ticket_fields.system,
        ticket_fields.account,
        ticket_fields.ticket_id,
        orders.account as order_account,
        orders.order_id
    from ticket_fields
    inner join orders on ticket_fields.field_value = orders.order_name
),

about as (
    select
        system,
        account,
        ticket_id,
        min(order_account) as order_account,
        min(order_id) as order_id
    from named
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
