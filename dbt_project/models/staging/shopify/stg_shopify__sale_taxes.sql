with

current_rows as (
    {{ current_children('raw_shopify', 'sale_taxes', key=['agreement_id', 'sale_id', 'id']) }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('agreement_id') }} as agreement_id,
        {{ gid_tail('sale_id') }} as sale_id,
        {{ gid_tail('id') }} as sale_tax_id,
        {{ to_text('tax_line__title') }} as tax_name,
        cast(tax_line__rate as decimal(18, 10)) as tax_rate,
        lower({{ to_text('tax_line__source') }}) as tax_source,
        cast(tax_line__channel_liable as boolean) as is_collected_by_channel,
        {{ to_text('amount__shop_money__currency_code') }} as currency,
        {{ to_text('amount__presentment_money__currency_code') }} as currency_presentment,
        {{ money_bag('amount', 'tax') }},
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
