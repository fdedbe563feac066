-- Every link of a shop's transaction with an entry of a provider, compared in a currency that both
-- know: the transaction's own, else the shop's, else the buyer's.
with

identified as (
    select * from {{ ref('int_order_psp__identified') }}
),

inferred as (
    select * from {{ ref('int_order_psp__inferred') }}
),

extended as (
    select * from {{ ref('int_order_psp__extended') }}
),

transactions as (
    select * from {{ ref('int_order_transactions__expected') }}
),

entries as (
    select * from {{ ref('int_psp_payments__described') }}
),

all_links as (
    select * from identified
    union all
    select * from inferred
    union all
    select * from extended
),

compared as (
    select
        all_links.account,
        all_links.transaction_id,
        all_links.psp_system,
        all_links.psp_account,
        all_links.entry_id,
        all_links.link_key,
        all_links.confidence,
        all_links.link_key in ('released_with_capture', 'captured_in_parts') as is_further,
        entries.amount as entry_amount,
        entries.currency,
        transactions.currency as transaction_currency,
        case entries.currency
            when transactions.currency then transactions.amount
            when transactions.shop_currency then transactions.shop_amount
            when transactions.buyer_currency then transactions.buyer_amount
        end as transaction_amount,
        sum(entries.amount) over (
            partition by all_links.account, all_links.transaction_id, entries.currency
        ) as entries_amount
    from all_links
    inner join transactions
        on
            all_links.account = transactions.account
            and all_links.transaction_id = transactions.transaction_id
    inner join entries
        on
            all_links.psp_system = entries.system
            and all_links.psp_account = entries.account
            and all_links.entry_id = entries.entry_id
)

select * from compared
