with

metric_definitions as (
    select * from {{ ref('stg_metrics__metric_definitions') }}
)

select
    metric,
    label,
    description,
    owner,
    formula,
    money,
    relations,
    grains,
    dimensions,
    version,
    effective_from,
    fingerprint,
    approval_status,
    approved_by,
    approved_on
from metric_definitions
