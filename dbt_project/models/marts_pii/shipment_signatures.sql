with

shipments as (
    select * from {{ ref('int_shipments__unioned') }}
    where signed_by is not null
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
        shipments.signed_by,
        shipments.delivered_at
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
    signed_by,
    delivered_at
from joined
