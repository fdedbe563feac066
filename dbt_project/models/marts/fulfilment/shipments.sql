with

shipments as (
    select * from {{ ref('int_shipments__unioned') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

joined as (
    select
        shipments.system,
        shipments.account,
        accounts.legal_entity,
        shipments.shipment_id,
        shipments.order_account,
        shipments.order_id,
        shipments.tracking_id,
        shipments.carrier,
        shipments.tracking_number_hash,
        cast(shipments.tracking_numbers_count as bigint) as tracking_numbers_count,
        shipments.quantity,
        shipments.status,
        shipments.signed_by is not null as has_signature,
        shipments.shipped_at,
        shipments.estimated_delivery_at,
        shipments.delivered_at,
        shipments.exception_at,
        shipments.returned_at
    from shipments
    left join accounts
        on
            shipments.system = accounts.system
            and shipments.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    shipment_id,
    order_account,
    order_id,
    tracking_id,
    carrier,
    tracking_number_hash,
    tracking_numbers_count,
    quantity,
    status,
    has_signature,
    shipped_at,
    estimated_delivery_at,
    delivered_at,
    exception_at,
    returned_at
from joined
