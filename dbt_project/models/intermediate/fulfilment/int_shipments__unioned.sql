-- One shipment per fulfilment: an order that is split has several. The carrier's word wins over the
-- shop's where it is final or the newer one; a cancelled fulfilment sends nothing, whatever becomes
-- of its number. A tracking of no fulfilment (typed in, a replacement) is a shipment of its own.
with

fulfillments as (
    select * from {{ ref('int_fulfillments__described') }}
),

trackings as (
    select * from {{ ref('int_trackings__timed') }}
),

attached as (
    select * from {{ ref('int_trackings__attached') }}
),

attached_ranked as (
    select
        attached.*,
        row_number() over (
            partition by shipment_account, shipment_id
            order by position asc nulls last, account asc nulls last
        ) as attached_rank
    from attached
),

attached_trackings as (
    select distinct
        account,
        tracking_id
    from attached
),

heard as (
    select
        fulfillments.*,
        trackings.tracking_id,
        trackings.signed_by,
        trackings.status as carrier_status,
        trackings.delivered_at as carrier_delivered_at,
        trackings.exception_at as carrier_exception_at,
        trackings.returned_at as carrier_returned_at,
        coalesce(
            fulfillments.status <> 'cancelled'
            and (
                trackings.status in ('delivered', 'returned')
                or trackings.updated_at > fulfillments.updated_at
            ),
            false
        ) and trackings.status is not null as is_carriers_word
    from fulfillments
    left join attached_ranked
        on
            fulfillments.account = attached_ranked.shipment_account
            and fulfillments.shipment_id = attached_ranked.shipment_id
            and attached_ranked.attached_rank = 1
    left join trackings
        on
            attached_ranked.account = trackings.account
            and attached_ranked.tracking_id = trackings.tracking_id
),

judged as (
    select
        heard.*,
        case when is_carriers_word then carrier_status else status end as known_status
    from heard
),

unioned as (
    select
        system,
        account,
        shipment_id,
        account as order_account,
        order_id,
        tracking_id,
        carrier,
        tracking_number_hash,
        tracking_numbers_count,
        quantity,
        signed_by,
        known_status as status,
        shipped_at,
        estimated_delivery_at,
        coalesce(carrier_delivered_at, delivered_at) as delivered_at,
        coalesce(carrier_exception_at, case when known_status = 'exception' then updated_at end)
            as exception_at,
        carrier_returned_at as returned_at
    from judged
    union all
    select
        trackings.system,
        trackings.account,
        trackings.tracking_id as shipment_id,
        trackings.order_account,
        trackings.order_id,
        trackings.tracking_id,
        trackings.carrier,
        trackings.tracking_number_hash,
        1 as tracking_numbers_count,
        cast(null as bigint) as quantity,
        trackings.signed_by,
        coalesce(trackings.status, 'shipped') as status,
        coalesce(trackings.picked_up_at, trackings.created_at) as shipped_at,
        cast(null as timestamp) as estimated_delivery_at,
        trackings.delivered_at,
        coalesce(
            trackings.exception_at,
            case when trackings.status = 'exception' then trackings.updated_at end
        ) as exception_at,
        trackings.returned_at
    from trackings
    left join attached_trackings
        on
            trackings.account = attached_trackings.account
            and trackings.tracking_id = attached_trackings.tracking_id
    where attached_trackings.tracking_id is null
)

select * from unioned
