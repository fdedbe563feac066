-- What was taken as evidence about persons, each statement with its span.
with

edges as (
    select * from {{ ref('stg_identity__edges') }}
),

versioned as (
    {{ versioned_statements('edges') }}
)

select * from versioned
