-- Which tracking tells of which number of a fulfilment. Carriers use numbers again: the tracking
-- that names this order wins, one that names another order of this number is never taken, and of
-- the rest the one made soonest after the parcel left, within half a year.
with

fulfillments as (
    select * from {{ ref('stg_shopify__fulfillments') }}
),

tracking_info as (
    select * from {{ ref('stg_shopify__tracking_info') }}
),

trackings as (
    select * from {{ ref('int_trackings__timed') }}
),

candidates as (
    select
        fulfillments.account as shipment_account,
        fulfillments.fulfillment_id as shipment_id,
        tracking_info.position,
        fulfillments.created_at as shipped_at,
        trackings.account,
        trackings.tracking_id,
        trackings.created_at,
        coalesce(
            trackings.order_account = fulfillments.account
            and trackings.order_id = fulfillments.order_id,
            false
        ) as names_this_order
    from fulfillments
    inner join tracking_info
        on
            fulfillments.account = tracking_info.account
            and fulfillments.fulfillment_id = tracking_info.fulfillment_id
    inner join trackings
        on tracking_info.tracking_number_hash = trackings.tracking_number_hash
),

judged as (
    select
        candidates.*,
        max(case when names_this_order then 1 else 0 end) over (
            partition by account, tracking_id
        ) as names_any_of_them
    from candidates
),

ranked as (
    select
        judged.*,
        row_number() over (
            partition by shipment_account, shipment_id, position, account
            order by
                case when names_this_order then 0 else 1 end asc nulls last,
                case when created_at >= shipped_at then created_at end asc nulls last,
                created_at desc nulls last,
                tracking_id asc nulls last
        ) as tracking_rank
    from judged
    where
        names_this_order
        or (names_any_of_them = 0 and {{ days_between('shipped_at', 'created_at') }} <= 180)
),

attached as (
    select
        shipment_account,
        shipment_id,
        position,
        account,
        tracking_id
    from ranked
    where tracking_rank = 1
)

select * from attached
