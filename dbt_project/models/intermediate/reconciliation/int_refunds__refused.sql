-- Refunds that a shop booked and the provider turned down: its signed notification says so, or its
-- list of transactions. It names the charge that was to be given back, so the order is known; of
-- several refunds of the order that nothing answers the amount says which.
with

charges as (
    select * from {{ ref('int_psp_charges__unioned') }}
    where order_id is not null
),

expected as (
    select * from {{ ref('int_order_transactions__expected') }}
    where movement = 'refund' and not_expected_reason is null
),

links as (
    select * from {{ ref('int_order_psp__linked') }}
),

transactions as (
    {{ unlinked_transactions('expected', 'links') }}
),

refusals as (
    select
        system,
        account,
        psp_reference as refusal_id,
        original_reference as charge_id,
        -amount as amount,
        currency,
        occurred_at
    from {{ ref('stg_adyen__notifications') }}
    where event_code in ('REFUND', 'CANCEL_OR_REFUND') and not is_success
    union all
    select
        system,
        account,
        entry_id as refusal_id,
        reference_id as charge_id,
        gross_amount as amount,
        currency,
        occurred_at
    from {{ ref('stg_paypal__transactions') }}
    where kind = 'refund' and status = 'denied'
),

entries as (
    select
        refusals.system,
        refusals.refusal_id,
        charges.order_account,
        charges.order_id,
        refusals.amount,
        refusals.currency,
        refusals.occurred_at
    from refusals
    inner join charges
        on
            refusals.system = charges.system
            and refusals.account = charges.account
            and refusals.charge_id = charges.charge_id
),

refused as (
    select
        lefts.account,
        lefts.transaction_id,
        rights.system as psp_system,
        rights.refusal_id
    from {{ pair_by('transactions', 'entries', {
        'account': 'order_account',
        'order_id': 'order_id',
        'psp_system': 'system',
        'buyer_currency': 'currency',
        'buyer_amount': 'amount'
    }, 'transaction_id', 'refusal_id') }}
)

select * from refused
