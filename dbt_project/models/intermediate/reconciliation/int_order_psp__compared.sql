-- Leg order_psp, both sides: each transaction of a shop and each payment of a provider beside what
-- it is linked to.
with

transactions as (
    select * from {{ ref('int_order_transactions__expected') }}
),

entries as (
    select * from {{ ref('int_psp_payments__described') }}
),

links as (
    select * from {{ ref('int_order_psp__linked') }}
),

surplus as (
    select * from {{ ref('int_duplicate_captures__owned') }}
),

refused as (
    select * from {{ ref('int_refunds__refused') }}
),

linked as (
    select
        links.*,
        links.transaction_amount - links.entries_amount as gap_amount,
        surplus.capture_id is not null as is_surplus,
        surplus.owner
    from links
    left join surplus
        on
            links.psp_system = surplus.capture_system
            and links.psp_account = surplus.capture_account
            and links.entry_id = surplus.capture_id
),

linked_transactions as (
    select
        account,
        transaction_id,
        transaction_currency,
        min(psp_system) as psp_system,
        max(case when is_surplus then 1 else 0 end) as surplus_count,
        count(*) - count(transaction_amount) as strange_count,
        max(currency) as currency,
        max(gap_amount) as gap_amount,
        min(owner) as owner
    from linked
    group by account, transaction_id, transaction_currency
),

order_side as (
    select
        'order' as side,
        transactions.system,
        transactions.account,
        transactions.legal_entity,
        transactions.transaction_id as source_id,
        transactions.account as order_account,
        transactions.order_id,
        coalesce(linked_transactions.psp_system, transactions.psp_system) as psp_system,
        transactions.amount,
        transactions.currency,
        transactions.occurred_at,
        transactions.not_expected_reason,
        false as is_duplicate_record,
        coalesce(linked_transactions.surplus_count > 0, false) as is_surplus,
        linked_transactions.transaction_id is not null as is_linked,
        transactions.psp_system is null as is_strange_gateway,
        coalesce(
            linked_transactions.strange_count > 0
            or (
                linked_transactions.currency <> transactions.currency
                and linked_transactions.gap_amount <> 0
            ), false
        ) as is_other_currency,
        linked_transactions.gap_amount,
        case when refused.refusal_id is not null then 'refund_refused' end as silent_reason,
        linked_transactions.owner
    from transactions
    left join refused
        on
            transactions.account = refused.account
            and transactions.transaction_id = refused.transaction_id
    left join linked_transactions
        on
            transactions.account = linked_transactions.account
            and transactions.transaction_id = linked_transactions.transaction_id
),

psp_side as (
    select
        'psp' as side,
        entries.system,
        entries.account,
        entries.legal_entity,
        entries.entry_id as source_id,
        entries.order_account,
        entries.order_id,
        entries.system as psp_system,
        entries.amount,
        entries.currency,
        entries.occurred_at,
        {{ to_text('null') }} as not_expected_reason,
        entries.is_duplicate_record,
        surplus.capture_id is not null as is_surplus,
        linked.entry_id is not null as is_linked,
        false as is_strange_gateway,
        coalesce(
            linked.transaction_amount is null
            or (linked.currency <> linked.transaction_currency and linked.gap_amount <> 0), false
        ) and linked.entry_id is not null as is_other_currency,
        case when linked.is_further then 0 else -linked.gap_amount end as gap_amount,
        entries.silent_reason,
        surplus.owner
    from entries
    left join linked
        on
            entries.system = linked.psp_system
            and entries.account = linked.psp_account
            and entries.entry_id = linked.entry_id
    left join surplus
        on
            entries.system = surplus.capture_system
            and entries.account = surplus.capture_account
            and entries.entry_id = surplus.capture_id
),

sides as (
    select * from order_side
    union all
    select * from psp_side
)

select * from sides
