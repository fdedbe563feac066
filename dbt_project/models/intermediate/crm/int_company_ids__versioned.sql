-- Which company a record of a CRM or shop belongs to, and since when.
with

assignments as (
    select * from {{ ref('stg_identity__company_assignments') }}
),

versioned as (
    {{ versioned_assignments('assignments', 'company_key') }}
)

select * from versioned
