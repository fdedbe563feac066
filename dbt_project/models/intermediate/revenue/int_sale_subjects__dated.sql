-- What can be reversed (a line, a shipping line, a duty, a fee) and when it was first sold: the day
-- whose rate its reversals use. An UPDATE counts only where no ORDER sale exists. A line type
-- stands for itself too: a reversal that names no id goes with the first sale of its type.
with

sales as (
    select * from {{ ref('int_sales__classified') }}
),

sold as (
    select
        account,
        order_id,
        subject,
        action_type,
        event_at,
        event_date
    from sales
    where action_type <> 'return'
    union all
    select
        account,
        order_id,
        line_type as subject,
        action_type,
        event_at,
        event_date
    from sales
    where action_type <> 'return'
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
    from sold
    group by account, order_id, subject
)

select * from dated
