{{ config(materialized='view') }}

-- Every order raw knows, gone ones too: raw loses rows to an erasure and to nothing else.
with

landed as (
    select distinct
        'shopify' as system,
        orders.account,
        {{ gid_tail('orders.id') }} as order_id
    from {{ source('raw_shopify', 'orders') }} as orders
    where {{ in_complete_load('raw_shopify', 'orders') }}
)

select * from landed
