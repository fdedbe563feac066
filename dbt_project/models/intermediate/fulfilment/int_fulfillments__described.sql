-- What the shop says of each of its fulfilments. Carrier and number are those of the first tracking
-- number; the number itself never leaves raw, only its keyed hash.
with

fulfillments as (
    select * from {{ ref('stg_shopify__fulfillments') }}
),

tracking as (
    select * from {{ ref('stg_shopify__tracking_info') }}
),

ranked_tracking as (
    select
        tracking.*,
        row_number() over (
            partition by account, fulfillment_id
            order by position asc nulls last
        ) as tracking_rank,
        count(*) over (partition by account, fulfillment_id) as tracking_numbers_count
    from tracking
),

described as (
    select
        fulfillments.system,
        fulfillments.account,
        fulfillments.fulfillment_id as shipment_id,
        fulfillments.order_id,
        ranked_tracking.carrier,
        ranked_tracking.tracking_number_hash,
        coalesce(ranked_tracking.tracking_numbers_count, 0) as tracking_numbers_count,
        fulfillments.quantity,
        fulfillments.updated_at,
        fulfillments.created_at as shipped_at,
        fulfillments.estimated_delivery_at,
        fulfillments.delivered_at,
        case
            when
                fulfillments.status = 'cancelled'
                or fulfillments.display_status in ('canceled', 'label_voided')
                then 'cancelled'
            when
                fulfillments.status in ('failure', 'error')
                or fulfillments.display_status in (
                    'failure', 'not_delivered', 'attempted_delivery', 'delayed'
                )
                then 'exception'
            when fulfillments.display_status in ('delivered', 'picked_up') then 'delivered'
            when
                fulfillments.display_status in (
                    'in_transit', 'out_for_delivery', 'carrier_picked_up'
                )
                then 'in_transit'
            when fulfillments.delivered_at is not null then 'delivered'
            when fulfillments.in_transit_at is not null then 'in_transit'
            else 'shipped'
        end as status
    from fulfillments
    left join ranked_tracking
        on
            fulfillments.account = ranked_tracking.account
            and fulfillments.fulfillment_id = ranked_tracking.fulfillment_id
            and ranked_tracking.tracking_rank = 1
)

select * from described
