-- Transfers that buyers made themselves: a bank line that names an order of a shop of the same
-- legal entity and currency, and no provider.
with

lines as (
    select * from {{ ref('int_bank_entries__unioned') }}
    where psp_system is null
),

words as (
    select * from {{ ref('int_bank_words__split') }}
    where word like '#%'
),

orders as (
    select
        account,
        legal_entity,
        order_id,
        order_name,
        shop_currency
    from {{ ref('int_order_transactions__expected') }}
    group by account, legal_entity, order_id, order_name, shop_currency
),

named as (
    select
        lines.account,
        lines.line_id,
        orders.account as order_account,
        orders.order_id,
        row_number() over (
            partition by lines.account, lines.line_id
            order by orders.account asc nulls last, orders.order_id asc nulls last
        ) as turn
    from lines
    inner join words
        on
            lines.account = words.account
            and lines.line_id = words.line_id
    inner join orders
        on
            lines.legal_entity = orders.legal_entity
            and lines.currency = orders.shop_currency
            and words.word = orders.order_name
)

select
    account,
    line_id,
    order_account,
    order_id
from named
where turn = 1
