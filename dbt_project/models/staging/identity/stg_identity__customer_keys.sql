with

renamed as (
    select
        {{ to_text('customer_key') }} as customer_key,
        {{ to_text('system') }} as system,
        {{ to_text('account') }} as account,
        {{ to_text('source_id') }} as source_id,
        cast(minted_at as timestamp) as minted_at,
        cast(recorded_at as timestamp) as recorded_at
    from {{ source('raw_identity', 'customer_keys') }}
)

select * from renamed
