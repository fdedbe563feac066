-- What each customer has open with support.
with

tickets as (
    select * from {{ ref('int_tickets__unioned') }}
    where is_open
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

counted as (
    select
        customer_ids.customer_key,
        count(*) as open_tickets_count
    from tickets
    inner join customer_ids
        on
            tickets.system = customer_ids.system
            and tickets.account = customer_ids.account
            and tickets.requester_id = customer_ids.source_id
    group by customer_ids.customer_key
)

select * from counted
