with

dead_letters_rows as (
    select * from {{ ref('int_dead_letters__resolved') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

joined as (
    select
        dead_letters_rows.system,
        dead_letters_rows.account,
        accounts.legal_entity,
        dead_letters_rows.stream,
        dead_letters_rows.source_id,
        dead_letters_rows.reason,
        dead_letters_rows.owner,
        dead_letters_rows.amount,
        dead_letters_rows.currency,
        dead_letters_rows.payload_ref,
        dead_letters_rows.first_seen_at,
        dead_letters_rows.last_seen_at,
        dead_letters_rows.status,
        dead_letters_rows.resolved_at,
        dead_letters_rows.resolved_by,
        dead_letters_rows.resolution
    from dead_letters_rows
    left join accounts
        on
            dead_letters_rows.system = accounts.system
            and dead_letters_rows.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    stream,
    source_id,
    reason,
    owner,
    amount,
    currency,
    payload_ref,
    first_seen_at,
    last_seen_at,
    status,
    resolved_at,
    resolved_by,
    resolution
from joined
