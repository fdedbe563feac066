{# Nothing is lost on the way to a state and nothing counted twice: per leg, side, account and currency the
   rows and the sum over all states are those of the sources themselves. #}
{% test sums_over_states_are_sums_over_sources(model) %}
    with sources as (
        select 'order_psp' as leg, 'order' as side, system, account, currency, amount
        from {{ ref('int_order_transactions__expected') }}
        union all
        select 'order_psp' as leg, 'psp' as side, system, account, currency, amount
        from {{ ref('int_psp_payments__described') }}
        union all
        select 'psp_payout' as leg, 'psp' as side, system, account, currency, net_amount as amount
        from {{ ref('int_psp_entries__unioned') }}
        where kind not in ('payout', 'payout_failure')
        union all
        select
            'psp_payout' as leg, 'payout' as side, system, account, balance_currency as currency,
            balance_amount as amount
        from {{ ref('int_payouts__summed') }}
        union all
        select 'payout_bank' as leg, 'payout' as side, system, account, currency, amount
        from {{ ref('int_payouts__summed') }}
        union all
        select 'payout_bank' as leg, 'bank' as side, system, account, currency, amount
        from {{ ref('int_bank_entries__unioned') }}
    ),

    sourced as (
        select leg, side, system, account, currency, count(*) as rows_count, sum(amount) as amount
        from sources
        group by leg, side, system, account, currency
    ),

    stated as (
        select leg, side, system, account, currency, count(*) as rows_count, sum(amount) as amount
        from {{ model }}
        group by leg, side, system, account, currency
    )

    select
        sourced.leg,
        sourced.side,
        sourced.account,
        sourced.currency,
        sourced.amount as sourced_amount,
        stated.amount as stated_amount
    from sourced
    full outer join stated
        on
            sourced.leg = stated.leg
            and sourced.side = stated.side
            and sourced.system = stated.system
            and sourced.account = stated.account
            and sourced.currency = stated.currency
    where
        coalesce(sourced.rows_count, 0) <> coalesce(stated.rows_count, 0)
        or coalesce(sourced.amount, 0) <> coalesce(stated.amount, 0)
{% endtest %}
