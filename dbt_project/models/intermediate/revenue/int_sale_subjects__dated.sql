-- What can be reversed (a line, a shipping line, a duty, a fee) and when it was first sold: the day
-- whose rate its reversals use. An UPDATE counts only where no ORDER sale exists.
with

sales as (
    select * from {{ ref('int_sales__classified') }}
),

dated as (
    select
        account,
        order_id,
        subject,
        coalesce(
            min(case when action_type = 'order' then event_at end), min(event_at)
        ) as first_sold_at,
        coalesce(
            min(case when action_type = 'order' then event_date end), min(event_date)
        ) as first_sold_date
    from sales
    where action_type <> 'return' and subject <> 'order'
    group by account, order_id, subject
)

select * from dated
