with

shopify_rows as (
    select * from {{ ref('stg_shopify__dead_letters') }}
),

ecb_rows as (
    select * from {{ ref('stg_ecb__dead_letters') }}
),

treasury_rows as (
    select * from {{ ref('stg_treasury__dead_letters') }}
),

unioned as (
    select
        system,
        account,
        stream,
        source_id,
        reason,
        owner,
        amount,
        currency,
        payload_ref,
        first_seen_at
    from shopify_rows
    union all
    select
        system,
        account,
        stream,
        source_id,
        reason,
        owner,
        amount,
        currency,
        payload_ref,
        first_seen_at
    from ecb_rows
    union all
    select
        system,
        account,
        stream,
        source_id,
        reason,
        owner,
        amount,
        currency,
        payload_ref,
        first_seen_at
    from treasury_rows
)

select * from unioned
