{{ config(materialized='view') }}

with

current_rows as (
    {{
        children_of(
            'stg_shopify__inventory_items', 'inventory_item_gid', 'raw_shopify', 'inventory_levels', 'inventory_item_id'
        )
    }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('inventory_item_id') }} as inventory_item_id,
        {{ gid_tail('location__id') }} as location_id,
        {{ to_text('id') }} as inventory_level_gid,
        cast(is_active as boolean) as is_active,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
