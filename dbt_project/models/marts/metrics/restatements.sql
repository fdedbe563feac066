with

restatements as (
    select * from {{ ref('stg_metrics__restatements') }}
)

select
    legal_entity,
    period,
    version,
    metric,
    metric_version,
    dimension,
    dimension_value,
    currency,
    as_reported,
    current,
    cause,
    difference
from restatements
