-- Links of payouts with bank lines: by the reference that the line says as a word of its own; what
-- names none, by provider, legal entity, currency, amount and day, if each is the other's nearest.
with

payouts as (
    select
        payouts.*,
        accounts.legal_entity,
        coalesce(payouts.arrived_date, cast(payouts.created_at as date)) as due_date
    from {{ ref('int_payouts__summed') }} as payouts
    left join {{ ref('stg_group__accounts') }} as accounts
        on
            payouts.system = accounts.system
            and payouts.account = accounts.account
    where not payouts.is_duplicate_record and payouts.amount <> 0
),

lines as (
    select * from {{ ref('int_bank_entries__unioned') }}
    where not is_duplicate_record
),

words as (
    select * from {{ ref('int_bank_words__split') }}
),

referred as (
    select
        payouts.system,
        payouts.account,
        payouts.payout_id,
        lines.account as bank_account,
        lines.line_id,
        -- Two accounts of a provider may number alike: then the currency says whose it is.
        rank() over (
            partition by lines.account, lines.line_id, words.word
            order by case when lines.currency = payouts.currency then 0 else 1 end asc nulls last
        ) as fit_rank
    from words
    inner join lines
        on
            words.account = lines.account
            and words.line_id = lines.line_id
    inner join payouts
        on
            words.word = payouts.bank_reference
            and lines.legal_entity = payouts.legal_entity
),

by_reference as (
    select distinct
        system,
        account,
        payout_id,
        bank_account,
        line_id,
        'payout_reference' as link_key,
        cast(1 as decimal(3, 2)) as confidence
    from referred
    where fit_rank = 1
),

unnamed_payouts as (
    select payouts.*
    from payouts
    left join by_reference
        on
            payouts.system = by_reference.system
            and payouts.account = by_reference.account
            and payouts.payout_id = by_reference.payout_id
    where by_reference.payout_id is null
),

unnamed_lines as (
    select lines.*
    from lines
    left join by_reference
        on
            lines.account = by_reference.bank_account
            and lines.line_id = by_reference.line_id
    where by_reference.line_id is null
),

near as (
    select
        unnamed_payouts.system,
        unnamed_payouts.account,
        unnamed_payouts.payout_id,
        unnamed_lines.account as bank_account,
        unnamed_lines.line_id,
        abs({{ days_between('unnamed_payouts.due_date', 'unnamed_lines.booked_date') }})
            as days_apart
    from unnamed_payouts
    inner join unnamed_lines
        on
            unnamed_payouts.system = unnamed_lines.psp_system
            and unnamed_payouts.legal_entity = unnamed_lines.legal_entity
            and unnamed_payouts.currency = unnamed_lines.currency
            and unnamed_payouts.amount = unnamed_lines.amount
    where
        unnamed_lines.booked_date >= {{ days_after('unnamed_payouts.due_date', -2) }}
        and unnamed_lines.booked_date <= {{ days_after('unnamed_payouts.due_date', 7) }}
),

ranked as (
    select
        near.*,
        row_number() over (
            partition by system, account, payout_id
            order by days_apart asc nulls last, bank_account asc nulls last, line_id asc nulls last
        ) as line_turn,
        row_number() over (
            partition by bank_account, line_id
            order by
                days_apart asc nulls last,
                system asc nulls last,
                account asc nulls last,
                payout_id asc nulls last
        ) as payout_turn
    from near
),

linked as (
    select * from by_reference
    union all
    select
        system,
        account,
        payout_id,
        bank_account,
        line_id,
        'amount_and_date' as link_key,
        cast(0.8 as decimal(3, 2)) as confidence
    from ranked
    where line_turn = 1 and payout_turn = 1
)

select * from linked
