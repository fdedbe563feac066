with

api_usage_rows as (
    select * from {{ ref('stg_group__api_usage') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

joined as (
    select
        api_usage_rows.system,
        api_usage_rows.account,
        accounts.legal_entity,
        api_usage_rows.load_id,
        api_usage_rows.api,
        api_usage_rows.unit,
        api_usage_rows.period,
        api_usage_rows.allowed,
        api_usage_rows.used,
        api_usage_rows.remaining,
        api_usage_rows.forecast,
        api_usage_rows.status,
        api_usage_rows.requests_count,
        api_usage_rows.waited_seconds,
        api_usage_rows.throttled_count,
        api_usage_rows.checked_at
    from api_usage_rows
    left join accounts
        on
            api_usage_rows.system = accounts.system
            and api_usage_rows.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    load_id,
    api,
    unit,
    period,
    allowed,
    used,
    remaining,
    forecast,
    status,
    requests_count,
    waited_seconds,
    throttled_count,
    checked_at
from joined
