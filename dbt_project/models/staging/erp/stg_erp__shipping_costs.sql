with

newest_rows as (
    {{
        newest_versions(
            'raw_erp', 'shipping_costs', key=['shop_account', 'fulfillment_id', 'version']
        )
    }}
),

renamed as (
    select
        'erp' as system,
        account,
        {{ to_text('shop_account') }} as shop_account,
        {{ to_text('order_name') }} as order_name,
        {{ to_text('fulfillment_id') }} as fulfillment_id,
        lower({{ to_text('carrier') }}) as carrier,
        {{ to_text('currency') }} as currency,
        cast(cost_amount as decimal(38, 4)) as cost_amount,
        cast(invoiced_on as date) as invoiced_on,
        cast(version as bigint) as version,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
