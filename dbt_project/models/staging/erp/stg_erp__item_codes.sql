with

newest_rows as (
    {{
        newest_versions(
            'raw_erp', 'item_codes', key=['shop_account', 'sku', 'valid_from', 'version']
        )
    }}
),

renamed as (
    select
        'erp' as system,
        account,
        {{ to_text('item_code') }} as item_code,
        {{ to_text('shop_account') }} as shop_account,
        {{ to_text('sku') }} as sku,
        cast(valid_from as date) as valid_from,
        cast(version as bigint) as version,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
