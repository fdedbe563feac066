-- Links by what both sides say is the same: the shop's transaction id, or the payment id that the
-- shop gave the provider (of a capture: its authorisation's). The amount only decides which of
-- several is meant.
with

transactions as (
    select * from {{ ref('int_order_transactions__expected') }}
    where not_expected_reason is null
),

entries as (
    select * from {{ ref('int_psp_payments__described') }}
    where is_matchable
),

by_transaction as (
    {{ order_psp_link('transaction_id', '1') }}
    from {{ pair_by('transactions', 'entries', {
        'account': 'order_account',
        'transaction_id': 'transaction_id',
        'movement': 'movement'
    }, 'transaction_id', 'entry_id') }}
),

transactions_2 as (
    {{ unlinked_transactions('transactions', 'by_transaction') }}
),

entries_2 as (
    {{ unlinked_entries('entries', 'by_transaction') }}
),

by_payment as (
    {{ order_psp_link('payment_id', '1') }}
    from {{ pair_by('transactions_2', 'entries_2', {
        'account': 'order_account',
        'psp_system': 'system',
        'payment_id': 'payment_id',
        'movement': 'movement'
    }, 'transaction_id', 'entry_id') }}
),

transactions_3 as (
    {{ unlinked_transactions('transactions_2', 'by_payment') }}
),

entries_3 as (
    {{ unlinked_entries('entries_2', 'by_payment') }}
),

by_capture as (
    {{ order_psp_link('authorisation_payment_id', '1') }}
    from {{ pair_by('transactions_3', 'entries_3', {
        'account': 'order_account',
        'psp_system': 'system',
        'parent_payment_id': 'payment_id',
        'movement': 'movement',
        'currency': 'currency',
        'amount': 'amount'
    }, 'transaction_id', 'entry_id') }}
),

transactions_4 as (
    {{ unlinked_transactions('transactions_3', 'by_capture') }}
),

entries_4 as (
    {{ unlinked_entries('entries_3', 'by_capture') }}
),

by_capture_of_another_amount as (
    {{ order_psp_link('authorisation_payment_id', '0.95') }}
    from {{ pair_by('transactions_4', 'entries_4', {
        'account': 'order_account',
        'psp_system': 'system',
        'parent_payment_id': 'payment_id',
        'movement': 'movement'
    }, 'transaction_id', 'entry_id') }}
),

unioned as (
    select * from by_transaction
    union all
    select * from by_payment
    union all
    select * from by_capture
    union all
    select * from by_capture_of_another_amount
)

select * from unioned
