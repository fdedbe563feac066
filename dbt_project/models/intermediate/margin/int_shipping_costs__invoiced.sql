-- What a carrier charges for each parcel, in the highest version of its invoice, with its order.
with

shipping_costs as (
    select * from {{ ref('stg_erp__shipping_costs') }}
),

fulfillments as (
    select * from {{ ref('stg_shopify__fulfillments') }}
),

ranked as (
    select
        shipping_costs.*,
        row_number() over (
            partition by shop_account, fulfillment_id
            order by version desc nulls last
        ) as version_rank
    from shipping_costs
),

invoiced as (
    select
        fulfillments.account,
        fulfillments.order_id,
        ranked.fulfillment_id,
        ranked.carrier,
        ranked.invoiced_on,
        ranked.version,
        ranked.currency,
        ranked.cost_amount
    from ranked
    inner join fulfillments
        on
            ranked.shop_account = fulfillments.account
            and ranked.fulfillment_id = fulfillments.fulfillment_id
    where ranked.version_rank = 1
)

select * from invoiced
