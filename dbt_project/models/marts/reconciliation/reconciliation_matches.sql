with

order_psp as (
    select * from {{ ref('int_order_psp__linked') }}
),

psp_payout as (
    select * from {{ ref('int_payout_entries__placed') }}
    where payout_id is not null and kind not in ('payout', 'payout_failure')
),

payout_bank as (
    select * from {{ ref('int_payout_bank__compared') }}
),

unioned as (
    select
        'order_psp' as leg,
        'order' as side,
        'shopify' as system,
        account,
        transaction_id as source_id,
        'psp' as matched_side,
        psp_system as matched_system,
        psp_account as matched_account,
        entry_id as matched_id,
        entry_amount as amount,
        currency,
        link_key,
        confidence
    from order_psp
    union all
    select
        'psp_payout' as leg,
        'psp' as side,
        system,
        account,
        entry_id as source_id,
        'payout' as matched_side,
        system as matched_system,
        account as matched_account,
        payout_id as matched_id,
        amount,
        currency,
        link_key,
        confidence
    from psp_payout
    union all
    select
        'payout_bank' as leg,
        'payout' as side,
        system,
        account,
        payout_id as source_id,
        'bank' as matched_side,
        'bank' as matched_system,
        bank_account as matched_account,
        line_id as matched_id,
        line_amount as amount,
        currency,
        link_key,
        confidence
    from payout_bank
)

select
    leg,
    side,
    system,
    account,
    source_id,
    matched_side,
    matched_system,
    matched_account,
    matched_id,
    {{ to_amount('amount') }} as amount,
    currency,
    link_key as key,
    confidence
from unioned
