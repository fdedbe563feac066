with

newest_rows as (
    {{ newest_versions('raw_hubspot', 'companies') }}
),

renamed as (
    select
        'hubspot' as system,
        account,
        {{ to_text('id') }} as company_id,
        {{ to_text('properties__name') }} as company_name,
        lower({{ to_text('properties__domain') }}) as domain,
        case
            when length(trim({{ to_text('properties__country') }})) = 2
                then upper(trim({{ to_text('properties__country') }}))
        end as country,
        nullif(trim({{ to_text('properties__hs_merged_object_ids') }}), '') as merged_company_ids,
        coalesce(cast(archived as boolean), false) as is_archived,
        cast(created_at as timestamp) as created_at,
        cast(coalesce(properties__hs_lastmodifieddate, updated_at) as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
