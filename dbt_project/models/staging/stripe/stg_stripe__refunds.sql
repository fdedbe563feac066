with

newest_rows as (
    {{ newest_versions('raw_stripe', 'refunds') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'stripe' as system,
        newest_rows.account,
        {{ to_text('newest_rows.id') }} as refund_id,
        {{ to_text('newest_rows.charge') }} as charge_id,
        {{ to_text('newest_rows.payment_intent') }} as payment_intent_id,
        {{ to_text('newest_rows.balance_transaction') }} as entry_id,
        {{ to_text('newest_rows.failure_balance_transaction') }} as failure_entry_id,
        lower({{ to_text('newest_rows.status') }}) as status,
        lower({{ to_text('newest_rows.reason') }}) as reason,
        lower({{ to_text('newest_rows.failure_reason') }}) as failure_reason,
        upper({{ to_text('newest_rows.currency') }}) as currency,
        {{ stripe_amount('newest_rows.amount') }} as amount,
        cast(newest_rows.created as timestamp) as created_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join currencies on upper(newest_rows.currency) = currencies.code
)

select * from renamed
