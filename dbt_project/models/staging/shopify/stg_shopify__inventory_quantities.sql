{{ config(materialized='view') }}

with

current_rows as (
    {{
        children_of(
            'stg_shopify__inventory_items', 'inventory_item_gid', 'raw_shopify', 'inventory_quantities', 'inventory_item_id', key=['inventory_level_id', 'name']
        )
    }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('inventory_item_id') }} as inventory_item_id,
        {{ to_text('inventory_level_id') }} as inventory_level_gid,
        lower({{ to_text('name') }}) as quantity_name,
        cast(quantity as bigint) as quantity,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
