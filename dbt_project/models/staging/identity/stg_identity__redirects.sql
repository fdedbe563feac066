with

renamed as (
    select
        {{ to_text('from_customer_key') }} as from_customer_key,
        {{ to_text('to_customer_key') }} as to_customer_key,
        cast(redirected_at as timestamp) as redirected_at,
        {{ to_text('reason') }} as reason
    from {{ source('raw_identity', 'redirects') }}
)

select * from renamed
