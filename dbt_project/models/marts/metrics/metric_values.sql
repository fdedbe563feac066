with

metric_values as (
    select * from {{ ref('stg_metrics__metric_values') }}
)

select
    metric,
    version,
    basis,
    period_start,
    grain,
    dimension,
    dimension_value,
    currency,
    value,
    coverage,
    audit_status
from metric_values
