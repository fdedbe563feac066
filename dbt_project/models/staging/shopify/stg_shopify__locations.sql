{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'locations') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as location_id,
        {{ to_text('name') }} as location_name,
        {{ to_text('address__address1') }} as address,
        {{ to_text('address__zip') }} as postal_code,
        {{ to_text('address__city') }} as city,
        {{ to_text('address__province_code') }} as province,
        {{ to_text('address__country_code') }} as country,
        cast(is_active as boolean) as is_active,
        cast(is_fulfillment_service as boolean) as is_fulfillment_service,
        cast(fulfills_online_orders as boolean) as has_online_orders,
        cast(ships_inventory as boolean) as is_shipping,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(deactivated_at as timestamp) as deactivated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
