with

tickets as (
    select * from {{ ref('int_tickets__unioned') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

joined as (
    select
        tickets.system,
        tickets.account,
        accounts.legal_entity,
        tickets.ticket_id,
        customer_ids.customer_key,
        tickets.order_account,
        tickets.order_id,
        tickets.status,
        tickets.is_open,
        tickets.priority,
        tickets.channel,
        tickets.created_at,
        tickets.updated_at
    from tickets
    left join accounts
        on
            tickets.system = accounts.system
            and tickets.account = accounts.account
    left join customer_ids
        on
            tickets.system = customer_ids.system
            and tickets.account = customer_ids.account
            and tickets.requester_id = customer_ids.source_id
)

select
    system,
    account,
    legal_entity,
    ticket_id,
    customer_key,
    order_account,
    order_id,
    status,
    is_open,
    priority,
    channel,
    created_at,
    updated_at
from joined
