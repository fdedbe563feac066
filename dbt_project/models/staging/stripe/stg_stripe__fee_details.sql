with

current_rows as (
    {{
        children_of(
            'stg_stripe__balance_transactions', 'entry_id',
            'raw_stripe', 'fee_details', 'balance_transaction_id', key=['position']
        )
    }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'stripe' as system,
        current_rows.account,
        {{ to_text('current_rows.balance_transaction_id') }} as entry_id,
        cast(current_rows.position as bigint) as position,
        {{ to_text('current_rows.type') }} as fee_type,
        {{ to_text('current_rows.description') }} as description,
        upper({{ to_text('current_rows.currency') }}) as currency,
        {{ stripe_amount('current_rows.amount') }} as fee_amount,
        cast(current_rows._version_at as timestamp) as _version_at,
        cast(current_rows._received_at as timestamp) as _received_at
    from current_rows
    left join currencies on upper(current_rows.currency) = currencies.code
)

select * from renamed
