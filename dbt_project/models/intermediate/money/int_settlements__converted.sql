-- What a settled payment gained or lost on its way, in group money: by the market between order and
-- entry, by the provider's own rate on the day of the entry, by the market until the payout. A
-- missing rate leaves it null.
with

settlements as (
    select * from {{ ref('int_settlements__dated') }}
),

rates as (
    select * from {{ ref('int_fx_rates__daily') }}
),

steps as (
    select
        settlements.*,
        'rate_move' as kind,
        entry_date as event_date,
        amount as valued_amount,
        currency as valued_currency,
        order_date as from_date,
        amount as revalued_amount,
        currency as revalued_currency,
        entry_date as to_date
    from settlements
    where order_date is not null and currency <> group_currency
    union all
    select
        settlements.*,
        'psp_rate' as kind,
        entry_date as event_date,
        amount as valued_amount,
        currency as valued_currency,
        entry_date as from_date,
        amount_settlement as revalued_amount,
        currency_settlement as revalued_currency,
        entry_date as to_date
    from settlements
    where currency <> currency_settlement
    union all
    select
        settlements.*,
        'balance_move' as kind,
        payout_date as event_date,
        amount_settlement as valued_amount,
        currency_settlement as valued_currency,
        entry_date as from_date,
        amount_settlement as revalued_amount,
        currency_settlement as revalued_currency,
        payout_date as to_date
    from settlements
    where payout_date is not null and currency_settlement <> group_currency
),

rated as (
    select
        steps.*,
        case
            when steps.valued_currency = steps.group_currency
                then 'identity:' || steps.group_currency
            else from_rates.rate_id
        end as from_rate_id,
        case
            when steps.valued_currency = steps.group_currency then cast(1 as decimal(18, 10))
            else from_rates.rate
        end as from_rate,
        case
            when steps.revalued_currency = steps.group_currency
                then 'identity:' || steps.group_currency
            else to_rates.rate_id
        end as to_rate_id,
        case
            when steps.revalued_currency = steps.group_currency then cast(1 as decimal(18, 10))
            else to_rates.rate
        end as to_rate,
        steps.amount_settlement as settled,
        steps.amount as paid
    from steps
    left join rates as from_rates
        on
            steps.valued_currency = from_rates.from_currency
            and steps.group_currency = from_rates.to_currency
            and steps.from_date = from_rates.day
    left join rates as to_rates
        on
            steps.revalued_currency = to_rates.from_currency
            and steps.group_currency = to_rates.to_currency
            and steps.to_date = to_rates.day
),

converted as (
    select
        system,
        account,
        legal_entity,
        entry_id,
        kind,
        entry_kind,
        order_account,
        order_id,
        payout_id,
        event_date,
        currency,
        amount,
        currency_settlement,
        amount_settlement,
        case
            when kind = 'psp_rate' and paid <> 0 and abs(paid) < 10000000
                then {{ divide_rates('settled', 'paid') }}
        end as psp_rate,
        from_rate_id,
        to_rate_id,
        {{ convert('revalued_amount', 'to_rate') }} - {{ convert('valued_amount', 'from_rate') }}
            as amount_group
    from rated
)

select * from converted
