with

shopify_rows as (
    select * from {{ ref('stg_shopify__load_completeness') }}
),

ecb_rows as (
    select * from {{ ref('stg_ecb__load_completeness') }}
),

treasury_rows as (
    select * from {{ ref('stg_treasury__load_completeness') }}
),

unioned as (
    select
        system,
        account,
        load_id,
        stream,
        status,
        expected,
        landed,
        window_start,
        window_end,
        checked_at
    from shopify_rows
    union all
    select
        system,
        account,
        load_id,
        stream,
        status,
        expected,
        landed,
        window_start,
        window_end,
        checked_at
    from ecb_rows
    union all
    select
        system,
        account,
        load_id,
        stream,
        status,
        expected,
        landed,
        window_start,
        window_end,
        checked_at
    from treasury_rows
)

select * from unioned
