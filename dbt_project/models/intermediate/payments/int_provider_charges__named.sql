-- The order of a charge whose provider knows no shop: a shop of the same legal entity has the
-- payment id or the order's name that the charge was given. Two shops may number alike; then the
-- amount says which, or nobody does.
with

charges as (
    select
        charges.*,
        -- A second capture is called like the first, with a number behind it.
        split_part(charges.payment_id, '-', 1) as said_payment_id,
        accounts.legal_entity,
        shops.account as shop_account
    from {{ ref('int_provider_charges__described') }} as charges
    left join {{ ref('stg_group__accounts') }} as accounts
        on
            charges.system = accounts.system
            and charges.account = accounts.account
    left join {{ ref('stg_shopify__shops') }} as shops
        on charges.shop_domain = lower(shops.myshopify_domain)
),

transactions as (
    select * from {{ ref('int_order_transactions__expected') }}
    where movement = 'charge'
),

said as (
    select
        charges.system,
        charges.account,
        charges.charge_id,
        transactions.account as order_account,
        transactions.order_id,
        4 as weight,
        charges.currency,
        charges.amount,
        transactions.shop_amount,
        transactions.shop_currency,
        transactions.buyer_amount,
        transactions.buyer_currency
    from charges
    inner join transactions
        on
            charges.legal_entity = transactions.legal_entity
            and charges.said_payment_id = transactions.payment_id
    where coalesce(charges.shop_account, transactions.account) = transactions.account
    union all
    select
        charges.system,
        charges.account,
        charges.charge_id,
        transactions.account as order_account,
        transactions.order_id,
        2 as weight,
        charges.currency,
        charges.amount,
        transactions.shop_amount,
        transactions.shop_currency,
        transactions.buyer_amount,
        transactions.buyer_currency
    from charges
    inner join transactions
        on
            charges.legal_entity = transactions.legal_entity
            and charges.order_name = transactions.order_name
    where coalesce(charges.shop_account, transactions.account) = transactions.account
),

weighed as (
    select
        system,
        account,
        charge_id,
        order_account,
        order_id,
        max(
            weight
            + case
                when currency = buyer_currency and amount = buyer_amount then 3
                when currency = shop_currency and amount = shop_amount then 3
                when currency in (buyer_currency, shop_currency) then 1
                else 0
            end
        ) as weight
    from said
    group by system, account, charge_id, order_account, order_id
),

ranked as (
    select
        weighed.*,
        rank() over (partition by system, account, charge_id order by weight desc nulls last)
            as weight_rank
    from weighed
),

best as (
    select
        system,
        account,
        charge_id,
        min(order_account) as order_account,
        min(order_id) as order_id,
        count(*) as orders_count
    from ranked
    where weight_rank = 1
    group by system, account, charge_id
),

named as (
    select
        charges.system,
        charges.account,
        charges.charge_id,
        {{ to_text('null') }} as customer_source_id,
        charges.payment_id,
        charges.shop_domain,
        charges.order_name as named_order_id,
        best.order_account,
        best.order_id,
        charges.status,
        charges.is_disputed,
        {{ to_text('null') }} as email_normalized,
        charges.country,
        charges.payment_method,
        {{ to_text('null') }} as card_country,
        charges.currency,
        charges.amount,
        charges.captured_amount,
        charges.refunded_amount,
        charges.created_at
    from charges
    left join best
        on
            charges.system = best.system
            and charges.account = best.account
            and charges.charge_id = best.charge_id
            and best.orders_count = 1
)

select * from named
