-- Captures of each order in the order in which we believe them: vouchers and cash of the shop, then
-- what a provider took for a transaction of the shop, then what a provider took besides. One is
-- surplus when less than half of it was still due, in an order that holds more money than it
-- should. All in what the buyer pays in.
with

transactions as (
    select * from {{ ref('int_order_transactions__expected') }}
),

entries as (
    select * from {{ ref('int_psp_payments__described') }}
    where not is_duplicate_record
),

links as (
    select * from {{ ref('int_order_psp__linked') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where not is_test
),

tenders as (
    select
        account as order_account,
        order_id,
        system as capture_system,
        account as capture_account,
        transaction_id as capture_id,
        movement,
        0 as belief,
        buyer_amount as amount,
        buyer_currency as currency,
        occurred_at
    from transactions
    where not_expected_reason in ('gift_card', 'cash_on_delivery')
),

provided as (
    select
        coalesce(links.account, entries.order_account) as order_account,
        coalesce(transactions.order_id, entries.order_id) as order_id,
        entries.system as capture_system,
        entries.account as capture_account,
        entries.entry_id as capture_id,
        entries.movement,
        case when links.transaction_id is not null then 1 else 2 end as belief,
        case
            when entries.currency = orders.currency_presentment then entries.amount
            else transactions.buyer_amount
        end as amount,
        orders.currency_presentment as currency,
        entries.occurred_at
    from entries
    left join links
        on
            entries.system = links.psp_system
            and entries.account = links.psp_account
            and entries.entry_id = links.entry_id
    left join transactions
        on
            links.account = transactions.account
            and links.transaction_id = transactions.transaction_id
    inner join orders
        on
            coalesce(links.account, entries.order_account) = orders.account
            and coalesce(transactions.order_id, entries.order_id) = orders.order_id
),

moved as (
    select * from tenders
    union all
    select * from provided
),

held as (
    select
        order_account,
        order_id,
        currency,
        sum(amount) as held_amount
    from moved
    group by order_account, order_id, currency
),

captures as (
    select
        moved.*,
        coalesce(
            sum(amount) over (
                partition by order_account, order_id, currency
                order by
                    belief asc nulls last,
                    occurred_at asc nulls last,
                    capture_system asc nulls last,
                    capture_account asc nulls last,
                    capture_id asc nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as captured_before_amount
    from moved
    where movement = 'charge'
),

weighed as (
    select
        captures.order_account,
        captures.order_id,
        captures.capture_system,
        captures.capture_account,
        captures.capture_id,
        captures.amount,
        captures.currency,
        captures.captured_before_amount,
        held.held_amount,
        orders.total_price_amount_presentment as total_amount,
        orders.current_total_price_amount_presentment as due_amount,
        captures.occurred_at,
        captures.belief > 0
        and held.held_amount > orders.current_total_price_amount_presentment
        and 2 * (orders.total_price_amount_presentment - captures.captured_before_amount)
        < captures.amount as is_surplus
    from captures
    inner join held
        on
            captures.order_account = held.order_account
            and captures.order_id = held.order_id
            and captures.currency = held.currency
    inner join orders
        on
            captures.order_account = orders.account
            and captures.order_id = orders.order_id
)

select * from weighed
