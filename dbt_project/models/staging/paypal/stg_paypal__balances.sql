with

newest_rows as (
    {{ newest_versions('raw_paypal', 'balances', key=['as_of_time', 'currency']) }}
),

renamed as (
    select
        'paypal' as system,
        account,
        cast(as_of_time as timestamp) as as_of_at,
        {{ to_text('currency') }} as currency,
        cast(total_balance__value as decimal(38, 4)) as total_amount,
        cast(available_balance__value as decimal(38, 4)) as available_amount,
        cast(withheld_balance__value as decimal(38, 4)) as withheld_amount,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
