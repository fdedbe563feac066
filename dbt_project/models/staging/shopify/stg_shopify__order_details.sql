with

newest_rows as (
    {{ newest_versions('raw_shopify', 'order_details') }}
),

gone_orders as (
    {{ gone_objects('raw_shopify', 'orders') }}
),

current_rows as (
    select newest_rows.*
    from newest_rows
    left join gone_orders
        on
            newest_rows.account = gone_orders.account
            and newest_rows.id = gone_orders.id
    where gone_orders.id is null
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as order_id,
        {{ to_text('id') }} as order_gid,
        {{ to_text('discount_codes') }} as discount_codes,
        cast(customer_journey_summary__ready as boolean) as is_journey_ready,
        cast(customer_journey_summary__customer_order_index as bigint) as customer_order_number,
        cast(customer_journey_summary__days_to_conversion as bigint) as conversion_days,
        lower({{ to_text('customer_journey_summary__first_visit__source') }})
            as first_visit_source,
        lower({{ to_text('customer_journey_summary__first_visit__source_type') }})
            as first_visit_tactic,
        {{ to_text('customer_journey_summary__first_visit__referrer_url') }}
            as first_visit_referrer_url,
        {{ to_text('customer_journey_summary__first_visit__landing_page') }}
            as first_visit_landing_page,
        lower({{ to_text('customer_journey_summary__first_visit__utm_parameters__source') }})
            as first_utm_source,
        lower({{ to_text('customer_journey_summary__first_visit__utm_parameters__medium') }})
            as first_utm_medium,
        {{ to_text('customer_journey_summary__first_visit__utm_parameters__campaign') }}
            as first_utm_campaign,
        {{ to_text('customer_journey_summary__first_visit__utm_parameters__content') }}
            as first_utm_content,
        {{ to_text('customer_journey_summary__first_visit__utm_parameters__term') }}
            as first_utm_term,
        cast(customer_journey_summary__first_visit__occurred_at as timestamp) as first_visited_at,
        lower({{ to_text('customer_journey_summary__last_visit__source') }}) as last_visit_source,
        lower({{ to_text('customer_journey_summary__last_visit__source_type') }})
            as last_visit_tactic,
        {{ to_text('customer_journey_summary__last_visit__referrer_url') }}
            as last_visit_referrer_url,
        {{ to_text('customer_journey_summary__last_visit__landing_page') }}
            as last_visit_landing_page,
        lower({{ to_text('customer_journey_summary__last_visit__utm_parameters__source') }})
            as last_utm_source,
        lower({{ to_text('customer_journey_summary__last_visit__utm_parameters__medium') }})
            as last_utm_medium,
        {{ to_text('customer_journey_summary__last_visit__utm_parameters__campaign') }}
            as last_utm_campaign,
        {{ to_text('customer_journey_summary__last_visit__utm_parameters__content') }}
            as last_utm_content,
        {{ to_text('customer_journey_summary__last_visit__utm_parameters__term') }}
            as last_utm_term,
        cast(customer_journey_summary__last_visit__occurred_at as timestamp) as last_visited_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
