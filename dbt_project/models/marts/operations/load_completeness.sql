with

load_completeness_rows as (
    select * from {{ ref('stg_group__load_completeness') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

joined as (
    select
        load_completeness_rows.system,
        load_completeness_rows.account,
        accounts.legal_entity,
        load_completeness_rows.load_id,
        load_completeness_rows.stream,
        load_completeness_rows.window_start,
        load_completeness_rows.window_end,
        load_completeness_rows.expected,
        load_completeness_rows.landed,
        load_completeness_rows.status,
        load_completeness_rows.checked_at
    from load_completeness_rows
    left join accounts
        on
            load_completeness_rows.system = accounts.system
            and load_completeness_rows.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    load_id,
    stream,
    window_start,
    window_end,
    expected,
    landed,
    status,
    checked_at
from joined
