-- Disputes by customer, inquiries among them: they come from the same displeasure.
with

disputes as (
    select * from {{ ref('int_disputes__described') }}
),

counted as (
    select
        customer_key,
        count(*) as disputes_count
    from disputes
    where customer_key is not null
    group by customer_key
)

select * from counted
