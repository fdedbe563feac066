with

captures as (
    select * from {{ ref('int_duplicate_captures__owned') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

owned as (
    select
        captures.capture_system as system,
        captures.capture_account as account,
        accounts.legal_entity,
        captures.capture_id as entry_id,
        captures.order_account,
        captures.order_id,
        captures.occurred_at,
        captures.currency,
        {{ to_amount('captures.amount') }} as amount,
        {{ to_amount('captures.captured_before_amount') }} as captured_before_amount,
        {{ to_amount('captures.held_amount') }} as held_amount,
        {{ to_amount('captures.due_amount') }} as due_amount,
        captures.migration_id,
        captures.severity,
        coalesce(captures.owner, accounts.owner) as owner
    from captures
    left join accounts
        on
            captures.capture_system = accounts.system
            and captures.capture_account = accounts.account
)

select
    system,
    account,
    legal_entity,
    entry_id,
    order_account,
    order_id,
    occurred_at,
    currency,
    amount,
    captured_before_amount,
    held_amount,
    due_amount,
    migration_id,
    severity,
    owner
from owned
