with

renamed as (
    select
        {{ to_text('system') }} as system,
        {{ to_text('account') }} as account,
        {{ to_text('source_id') }} as source_id,
        {{ to_text('company_key') }} as company_key,
        {{ to_text('rule') }} as rule,
        {{ to_text('evidence') }} as evidence,
        cast(valid_from as timestamp) as valid_from,
        cast(recorded_at as timestamp) as recorded_at
    from {{ source('raw_identity', 'company_assignments') }}
)

select * from renamed
