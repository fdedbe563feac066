with

renamed as (
    select
        {{ to_text('from_customer_key') }} as from_customer_key,
        {{ to_text('to_customer_key') }} as to_customer_key,
        cast(split_at as timestamp) as split_at,
        {{ to_text('reason') }} as reason,
        cast(records_count as bigint) as records_count
    from {{ source('raw_identity', 'splits') }}
)

select * from renamed
