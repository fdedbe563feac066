{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'customer_merges') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('kept_customer_id') }} as kept_customer_id,
        {{ gid_tail('deleted_customer_id') }} as deleted_customer_id,
        cast(merged_at as timestamp) as merged_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
