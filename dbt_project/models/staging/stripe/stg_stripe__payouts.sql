with

newest_rows as (
    {{ newest_versions('raw_stripe', 'payouts') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'stripe' as system,
        newest_rows.account,
        {{ to_text('newest_rows.id') }} as payout_id,
        {{ to_text('newest_rows.balance_transaction') }} as entry_id,
        {{ to_text('newest_rows.failure_balance_transaction') }} as failure_entry_id,
        {{ to_text('newest_rows.original_payout') }} as original_payout_id,
        {{ to_text('newest_rows.reversed_by') }} as reversed_by_payout_id,
        lower({{ to_text('newest_rows.status') }}) as status,
        lower({{ to_text('newest_rows.method') }}) as method,
        lower({{ to_text('newest_rows.failure_code') }}) as failure_code,
        lower({{ to_text('newest_rows.reconciliation_status') }}) as reconciliation_status,
        cast(newest_rows.automatic as boolean) as is_automatic,
        upper({{ to_text('newest_rows.currency') }}) as currency,
        {{ stripe_amount('newest_rows.amount') }} as amount,
        cast(newest_rows.created as timestamp) as created_at,
        cast(newest_rows.arrival_date as date) as arrival_date,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join currencies on upper(newest_rows.currency) = currencies.code
)

select * from renamed
