-- Carriers' trackings with the shop order they name and when their parcel was taken, stood still,
-- turned back and arrived. What arrives after it turned back arrived at its sender.
with

trackings as (
    select * from {{ ref('stg_aftership__trackings') }}
),

checkpoints as (
    select * from {{ ref('stg_aftership__checkpoints') }}
),

shops as (
    select * from {{ ref('stg_shopify__shops') }}
),

summed as (
    select
        account,
        tracking_id,
        min(case when tag = 'InTransit' then happened_at end) as picked_up_at,
        min(case when tag = 'Delivered' then happened_at end) as delivered_at,
        min(case when tag in ('Exception', 'AttemptFail') then happened_at end) as exception_at,
        min(case when is_return then happened_at end) as returned_at
    from checkpoints
    group by account, tracking_id
),

timed as (
    select
        trackings.system,
        trackings.account,
        trackings.tracking_id,
        trackings.tracking_number_hash,
        trackings.carrier,
        trackings.status,
        trackings.signed_by,
        case when trackings.order_id is not null then shops.account end as order_account,
        case when shops.account is not null then trackings.order_id end as order_id,
        trackings.created_at,
        trackings.updated_at,
        summed.picked_up_at,
        summed.exception_at,
        summed.returned_at,
        case
            when coalesce(summed.delivered_at < summed.returned_at, true) then summed.delivered_at
        end as delivered_at
    from trackings
    left join summed
        on
            trackings.account = summed.account
            and trackings.tracking_id = summed.tracking_id
    left join shops on trackings.shop_domain = lower(shops.myshopify_domain)
)

select * from timed
