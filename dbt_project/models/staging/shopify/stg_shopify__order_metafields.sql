{{ config(materialized='view') }}

with

current_rows as (
    {{
        children_of(
            'stg_shopify__order_details', 'order_gid', 'raw_shopify', 'order_metafields', 'order_id'
        )
    }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('id') }} as metafield_id,
        {{ to_text('namespace') }} as namespace,
        {{ to_text('key') }} as metafield_key,
        {{ to_text('type') }} as value_type,
        {{ to_text('value') }} as metafield_value,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
