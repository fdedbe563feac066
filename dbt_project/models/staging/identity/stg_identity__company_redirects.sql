with

renamed as (
    select
        {{ to_text('from_company_key') }} as from_company_key,
        {{ to_text('to_company_key') }} as to_company_key,
        cast(redirected_at as timestamp) as redirected_at,
        {{ to_text('reason') }} as reason
    from {{ source('raw_identity', 'company_redirects') }}
)

select * from renamed
