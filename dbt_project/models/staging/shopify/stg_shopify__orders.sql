with

newest_rows as (
    {{ newest_versions('raw_shopify', 'orders') }}
),

first_seen as (
    {{
        first_received('raw_shopify', 'orders', {
            'first_received_at': 'true',
            'cancelled_received_at': 'versions.cancelled_at is not null',
            'payment_rounding_received_at':
                'versions.total_cash_rounding_adjustment__payment_set__shop_money__amount <> 0',
            'refund_rounding_received_at':
                'versions.total_cash_rounding_adjustment__refund_set__shop_money__amount <> 0',
        })
    }}
),

renamed as (
    select
        'shopify' as system,
        newest_rows.account,
        {{ gid_tail('newest_rows.id') }} as order_id,
        {{ to_text('newest_rows.id') }} as order_gid,
        {{ to_text('newest_rows.name') }} as order_name,
        {{ gid_tail('newest_rows.customer__id') }} as customer_id,
        {{ gid_tail('newest_rows.purchasing_entity__company__id') }} as company_id,
        lower({{ to_text('newest_rows.display_financial_status') }}) as financial_status,
        lower({{ to_text('newest_rows.display_fulfillment_status') }}) as fulfillment_status,
        lower({{ to_text('newest_rows.return_status') }}) as return_status,
        lower({{ to_text('newest_rows.cancel_reason') }}) as cancel_reason,
        lower({{ to_text('newest_rows.source_name') }}) as channel,
        {{ language_of('newest_rows.customer_locale') }} as language,
        {{ to_text('newest_rows.tags') }} as tags,
        {{ to_text('newest_rows.payment_gateway_names') }} as payment_gateway_names,
        {{ to_text('newest_rows.email') }} as email,
        {{ to_text('newest_rows.phone') }} as phone,
        {{ to_text('newest_rows.billing_address__country_code_v2') }} as billing_country,
        {{ to_text('newest_rows.shipping_address__first_name') }} as shipping_first_name,
        {{ to_text('newest_rows.shipping_address__last_name') }} as shipping_last_name,
        {{ to_text('newest_rows.shipping_address__company') }} as shipping_company,
        {{ to_text('newest_rows.shipping_address__address1') }} as shipping_address,
        {{ to_text('newest_rows.shipping_address__zip') }} as shipping_postal_code,
        {{ to_text('newest_rows.shipping_address__city') }} as shipping_city,
        {{ to_text('newest_rows.shipping_address__province_code') }} as shipping_province,
        {{ to_text('newest_rows.shipping_address__country_code_v2') }} as shipping_country,
        {{ to_text('newest_rows.shipping_address__phone') }} as shipping_phone,
        cast(newest_rows.test as boolean) as is_test,
        cast(newest_rows.confirmed as boolean) as is_confirmed,
        cast(newest_rows.edited as boolean) as is_edited,
        cast(newest_rows.taxes_included as boolean) as is_tax_included,
        cast(newest_rows.duties_included as boolean) as is_duty_included,
        coalesce(
            {{ to_text('newest_rows.purchasing_entity__typename') }} = 'PurchasingCompany', false
        ) as is_b2b,
        {{ to_text('newest_rows.currency_code') }} as currency,
        {{ to_text('newest_rows.presentment_currency_code') }} as currency_presentment,
        {{ money_bag('newest_rows.total_price_set', 'total_price') }},
        {{ money_bag('newest_rows.total_tax_set', 'total_tax') }},
        {{ money_bag('newest_rows.total_received_set', 'received') }},
        {{ money_bag('newest_rows.total_refunded_set', 'refunded') }},
        {{ money_bag('newest_rows.total_outstanding_set', 'outstanding') }},
        {{ money_bag('newest_rows.current_total_price_set', 'current_total_price') }},
        {{
            money_bag(
                'newest_rows.total_cash_rounding_adjustment__payment_set', 'payment_rounding'
            )
        }},
        {{
            money_bag(
                'newest_rows.total_cash_rounding_adjustment__refund_set', 'refund_rounding'
            )
        }},
        cast(newest_rows.created_at as timestamp) as created_at,
        cast(newest_rows.processed_at as timestamp) as processed_at,
        cast(newest_rows.updated_at as timestamp) as updated_at,
        cast(newest_rows.cancelled_at as timestamp) as cancelled_at,
        cast(newest_rows.closed_at as timestamp) as closed_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at,
        cast(first_seen.first_received_at as timestamp) as first_received_at,
        cast(first_seen.cancelled_received_at as timestamp) as cancelled_received_at,
        cast(first_seen.payment_rounding_received_at as timestamp) as payment_rounding_received_at,
        cast(first_seen.refund_rounding_received_at as timestamp) as refund_rounding_received_at
    from newest_rows
    left join first_seen
        on
            newest_rows.account = first_seen.account
            and newest_rows.id = first_seen.id
)

select * from renamed
