-- HubSpot joins lists with ';' and writes flags as text. `country` is what somebody typed: only a
-- code of two letters is taken.
with

newest_rows as (
    {{ newest_versions('raw_hubspot', 'contacts') }}
),

renamed as (
    select
        'hubspot' as system,
        account,
        {{ to_text('id') }} as contact_id,
        {{ to_text('properties__email') }} as email,
        nullif(trim({{ to_text('properties__hs_additional_emails') }}), '') as additional_emails,
        {{ to_text('properties__phone') }} as phone,
        {{ to_text('properties__firstname') }} as first_name,
        {{ to_text('properties__lastname') }} as last_name,
        {{ to_text('properties__company') }} as company,
        case
            when length(trim({{ to_text('properties__country') }})) = 2
                then upper(trim({{ to_text('properties__country') }}))
        end as country,
        {{ language_of('properties__hs_language') }} as language,
        lower({{ to_text('properties__lifecyclestage') }}) as lifecycle_stage,
        lower({{ to_text('properties__vip_tier') }}) as vip_tier,
        coalesce(lower({{ to_text('properties__hs_email_optout') }}) = 'true', false)
            as has_email_opt_out,
        nullif(lower(trim({{ to_text('properties__shopify_shop') }})), '') as shop_domain,
        nullif(trim({{ to_text('properties__shopify_customer_id') }}), '') as shop_customer_id,
        nullif(trim({{ to_text('properties__hs_merged_object_ids') }}), '') as merged_contact_ids,
        coalesce(cast(archived as boolean), false) as is_archived,
        cast(archived_at as timestamp) as archived_at,
        cast(coalesce(properties__createdate, created_at) as timestamp) as created_at,
        cast(coalesce(properties__lastmodifieddate, updated_at) as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
