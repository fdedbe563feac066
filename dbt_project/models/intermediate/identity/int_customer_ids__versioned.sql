-- Which customer a node belongs to, and since when.
with

assignments as (
    select * from {{ ref('stg_identity__assignments') }}
),

versioned as (
    {{ versioned_assignments('assignments', 'customer_key') }}
)

select * from versioned
