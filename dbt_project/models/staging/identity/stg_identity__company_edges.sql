with

renamed as (
    select
        {{ to_text('system') }} as system,
        {{ to_text('account') }} as account,
        {{ to_text('source_id') }} as source_id,
        {{ to_text('linked_system') }} as linked_system,
        {{ to_text('linked_account') }} as linked_account,
        {{ to_text('linked_source_id') }} as linked_source_id,
        {{ to_text('rule') }} as rule,
        {{ to_text('evidence') }} as evidence,
        {{ to_text('source') }} as told_by,
        cast(valid_from as timestamp) as valid_from,
        cast(valid_to as timestamp) as valid_to,
        cast(recorded_at as timestamp) as recorded_at
    from {{ source('raw_identity', 'company_edges') }}
)

select * from renamed
