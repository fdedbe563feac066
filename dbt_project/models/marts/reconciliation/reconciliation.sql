with

order_psp as (
    select * from {{ ref('int_order_psp__reconciled') }}
),

psp_payout as (
    select * from {{ ref('int_psp_payout__reconciled') }}
),

payout_bank as (
    select * from {{ ref('int_payout_bank__reconciled') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

unioned as (
    select
        leg,
        side,
        system,
        account,
        legal_entity,
        source_id,
        order_account,
        order_id,
        state,
        reason,
        amount,
        currency,
        gap_amount,
        occurred_at,
        age_days,
        owner,
        as_of
    from order_psp
    union all
    select
        leg,
        side,
        system,
        account,
        legal_entity,
        source_id,
        {{ to_text('null') }} as order_account,
        {{ to_text('null') }} as order_id,
        state,
        reason,
        amount,
        currency,
        gap_amount,
        occurred_at,
        age_days,
        owner,
        as_of
    from psp_payout
    union all
    select
        leg,
        side,
        system,
        account,
        legal_entity,
        source_id,
        {{ to_text('null') }} as order_account,
        {{ to_text('null') }} as order_id,
        state,
        reason,
        amount,
        currency,
        gap_amount,
        occurred_at,
        age_days,
        owner,
        as_of
    from payout_bank
),

described as (
    select
        unioned.leg,
        unioned.side,
        unioned.system,
        unioned.account,
        unioned.legal_entity,
        unioned.source_id,
        unioned.order_account,
        unioned.order_id,
        unioned.state,
        unioned.reason,
        {{ to_amount('unioned.amount') }} as amount,
        unioned.currency,
        {{
            to_amount(
                "case"
                ~ " when unioned.state = 'not_expected' then 0"
                ~ " when unioned.state = 'currency_mismatch' then null"
                ~ " when unioned.state in ('matched', 'amount_difference', 'payout_short')"
                ~ " then coalesce(unioned.gap_amount, 0)"
                ~ " else unioned.amount end"
            )
        }} as difference_amount,
        unioned.occurred_at,
        unioned.age_days,
        coalesce(unioned.owner, accounts.owner) as owner,
        unioned.as_of
    from unioned
    left join accounts
        on
            unioned.system = accounts.system
            and unioned.account = accounts.account
)

select
    leg,
    side,
    system,
    account,
    legal_entity,
    source_id,
    order_account,
    order_id,
    state,
    reason,
    amount,
    currency,
    difference_amount,
    occurred_at,
    age_days,
    owner,
    as_of
from described
