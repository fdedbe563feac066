with

renamed as (
    select
        {{ to_text('system') }} as system,
        {{ to_text('account') }} as account,
        {{ to_text('legal_entity') }} as legal_entity,
        {{ to_text('zone') }} as zone,
        {{ to_text('currency') }} as currency,
        {{ to_text('owner') }} as owner,
        {{ to_text('group_currency') }} as group_currency,
        {{ to_text('group_zone') }} as group_zone
    from {{ source('raw_group', 'accounts') }}
)

select * from renamed
