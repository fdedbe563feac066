with

current_rows as (
    {{
        children_of(
            'stg_stripe__disputes', 'dispute_id',
            'raw_stripe', 'dispute_balance_transactions', 'dispute_id'
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
        {{ to_text('current_rows.dispute_id') }} as dispute_id,
        {{ to_text('current_rows.id') }} as entry_id,
        {{ to_text('current_rows.type') }} as vendor_type,
        {{ to_text('current_rows.reporting_category') }} as reporting_category,
        upper({{ to_text('current_rows.currency') }}) as currency,
        {{ stripe_amount('current_rows.amount') }} as gross_amount,
        {{ stripe_amount('current_rows.fee') }} as fee_amount,
        {{ stripe_amount('current_rows.net') }} as net_amount,
        cast(current_rows.created as timestamp) as created_at,
        cast(current_rows._version_at as timestamp) as _version_at,
        cast(current_rows._received_at as timestamp) as _received_at
    from current_rows
    left join currencies on upper(current_rows.currency) = currencies.code
)

select * from renamed
