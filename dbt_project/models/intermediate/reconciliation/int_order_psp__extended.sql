-- What follows from a charge's link: a capture that was taken in further parts, and what a partial
-- capture let go.
with

identified as (
    select * from {{ ref('int_order_psp__identified') }}
),

inferred as (
    select * from {{ ref('int_order_psp__inferred') }}
),

transactions as (
    select * from {{ ref('int_order_transactions__expected') }}
),

entries as (
    select * from {{ ref('int_psp_payments__described') }}
),

links as (
    select * from identified
    union all
    select * from inferred
),

charge_links as (
    select
        links.account,
        links.transaction_id,
        links.confidence,
        entries.system as psp_system,
        entries.account as psp_account,
        entries.charge_id,
        row_number() over (
            partition by entries.system, entries.account, entries.charge_id
            order by entries.occurred_at asc nulls last, entries.entry_id asc nulls last
        ) as turn
    from links
    inner join entries
        on
            links.psp_system = entries.system
            and links.psp_account = entries.account
            and links.entry_id = entries.entry_id
    where entries.kind = 'charge'
),

releases as (
    select
        charge_links.account,
        charge_links.transaction_id,
        entries.system as psp_system,
        entries.account as psp_account,
        entries.entry_id,
        'released_with_capture' as link_key,
        charge_links.confidence
    from entries
    inner join charge_links
        on
            entries.system = charge_links.psp_system
            and entries.account = charge_links.psp_account
            and entries.charge_id = charge_links.charge_id
    where entries.is_release and not entries.is_duplicate_record and charge_links.turn = 1
),

-- What a linked charge still lacks may have been taken in further parts, none of which says more
-- than it.
lacking as (
    select
        charge_links.account,
        charge_links.transaction_id,
        charge_links.confidence,
        charge_links.psp_system,
        charge_links.psp_account,
        charge_links.charge_id,
        entries.currency,
        transactions.buyer_amount - sum(entries.amount) as lacking_amount
    from charge_links
    inner join transactions
        on
            charge_links.account = transactions.account
            and charge_links.transaction_id = transactions.transaction_id
    inner join links
        on
            charge_links.account = links.account
            and charge_links.transaction_id = links.transaction_id
    inner join entries
        on
            links.psp_system = entries.system
            and links.psp_account = entries.account
            and links.entry_id = entries.entry_id
            and transactions.buyer_currency = entries.currency
    where charge_links.turn = 1
    group by
        charge_links.account,
        charge_links.transaction_id,
        charge_links.confidence,
        charge_links.psp_system,
        charge_links.psp_account,
        charge_links.charge_id,
        entries.currency,
        transactions.buyer_amount
),

further as (
    select
        entries.system as psp_system,
        entries.account as psp_account,
        entries.entry_id,
        entries.charge_id,
        entries.currency,
        sum(entries.amount) over (
            partition by entries.system, entries.account, entries.charge_id, entries.currency
            order by entries.occurred_at asc nulls last, entries.entry_id asc nulls last
            rows between unbounded preceding and current row
        ) as taken_amount
    from entries
    left join links
        on
            entries.system = links.psp_system
            and entries.account = links.psp_account
            and entries.entry_id = links.entry_id
    where entries.is_matchable and entries.kind = 'charge' and links.entry_id is null
),

parts as (
    select
        lacking.account,
        lacking.transaction_id,
        further.psp_system,
        further.psp_account,
        further.entry_id,
        'captured_in_parts' as link_key,
        lacking.confidence
    from further
    inner join lacking
        on
            further.psp_system = lacking.psp_system
            and further.psp_account = lacking.psp_account
            and further.charge_id = lacking.charge_id
            and further.currency = lacking.currency
    where further.taken_amount <= lacking.lacking_amount
),

extended as (
    select * from releases
    union all
    select * from parts
)

select * from extended
