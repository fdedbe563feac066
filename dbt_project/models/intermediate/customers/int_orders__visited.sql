-- How buyers came to their orders: a shop that follows visits says it of most.
with

order_details as (
    select * from {{ ref('stg_shopify__order_details') }}
),

described as (
    select
        system,
        account,
        order_id,
        is_journey_ready,
        customer_order_number,
        conversion_days,
        first_visit_source as first_source,
        first_utm_medium as first_medium,
        first_utm_campaign as first_campaign,
        last_visit_source as last_source,
        last_utm_medium as last_medium,
        last_utm_campaign as last_campaign
    from order_details
)

select * from described
