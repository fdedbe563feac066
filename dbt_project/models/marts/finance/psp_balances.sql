with

balances as (
    select * from {{ ref('int_psp_balances__tied') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

compared as (
    select
        balances.system,
        balances.account,
        accounts.legal_entity,
        balances.currency,
        balances.statement,
        balances.statement_id,
        balances.balance_date,
        {{ to_amount('balances.opening_amount') }} as opening_amount,
        cast(balances.entries_count as bigint) as entries_count,
        {{ to_amount('balances.entries_net_amount') }} as entries_net_amount,
        {{ to_amount('balances.residual_amount') }} as residual_amount,
        {{ to_amount('balances.closing_amount') }} as closing_amount,
        {{
            to_amount(
                'balances.opening_amount + balances.entries_net_amount'
                ~ ' + balances.residual_amount - balances.closing_amount'
            )
        }} as difference_amount
    from balances
    left join accounts
        on
            balances.system = accounts.system
            and balances.account = accounts.account
)

select
    system,
    account,
    legal_entity,
    currency,
    statement,
    statement_id,
    balance_date,
    opening_amount,
    entries_count,
    entries_net_amount,
    residual_amount,
    closing_amount,
    difference_amount
from compared
