with

newest_rows as (
    {{ newest_versions('raw_shopify', 'inventory_items') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as inventory_item_id,
        {{ to_text('id') }} as inventory_item_gid,
        {{ gid_tail('variant__id') }} as variant_id,
        {{ to_text('sku') }} as sku,
        {{ to_text('country_code_of_origin') }} as origin_country,
        {{ to_text('harmonized_system_code') }} as harmonized_system_code,
        cast(tracked as boolean) as is_tracked,
        cast(requires_shipping as boolean) as is_shipped,
        {{ to_text('unit_cost__currency_code') }} as currency,
        cast(unit_cost__amount as decimal(38, 4)) as unit_cost_amount,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
