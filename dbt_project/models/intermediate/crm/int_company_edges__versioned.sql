-- What was taken as evidence about companies, each statement with its span.
with

edges as (
    select * from {{ ref('stg_identity__company_edges') }}
),

versioned as (
    {{ versioned_statements('edges') }}
)

select * from versioned
