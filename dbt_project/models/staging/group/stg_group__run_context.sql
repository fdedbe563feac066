with

renamed as (
    select
        cast(as_of as timestamp) as as_of,
        {{ to_text('group_name') }} as group_name,
        {{ to_text('group_currency') }} as group_currency,
        {{ to_text('group_zone') }} as group_zone
    from {{ source('raw_group', 'run_context') }}
)

select * from renamed
