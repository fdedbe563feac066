with

newest_rows as (
    {{
        newest_versions(
            'raw_erp', 'item_costs', key=['item_code', 'currency', 'valid_from', 'version']
        )
    }}
),

renamed as (
    select
        'erp' as system,
        account,
        {{ to_text('item_code') }} as item_code,
        {{ to_text('currency') }} as currency,
        cast(cost_amount as decimal(38, 4)) as cost_amount,
        cast(valid_from as date) as valid_from,
        cast(version as bigint) as version,
        {{ to_text('author') }} as author,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
