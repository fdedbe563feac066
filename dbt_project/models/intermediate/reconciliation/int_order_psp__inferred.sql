-- Links of what no id ties: by order and amount, then by order alone, each with the provider that
-- the shop's gateway means; where the provider names no order, by amount and hour, if only two
-- agree. There a charge is as large as the parts that were captured of it, less what was let go,
-- and the first part stands for it.
with

identified as (
    select * from {{ ref('int_order_psp__identified') }}
),

expected as (
    select * from {{ ref('int_order_transactions__expected') }}
    where not_expected_reason is null
),

described as (
    select * from {{ ref('int_psp_payments__described') }}
    where is_matchable
),

transactions as (
    {{ unlinked_transactions('expected', 'identified') }}
),

entries as (
    {{ unlinked_entries('described', 'identified') }}
),

by_order_and_amount as (
    {{ order_psp_link('order_and_amount', '0.9') }}
    from {{ pair_by('transactions', 'entries', {
        'account': 'order_account',
        'order_id': 'order_id',
        'psp_system': 'system',
        'movement': 'movement',
        'currency': 'currency',
        'amount': 'amount'
    }, 'transaction_id', 'entry_id') }}
),

transactions_2 as (
    {{ unlinked_transactions('transactions', 'by_order_and_amount') }}
),

entries_2 as (
    {{ unlinked_entries('entries', 'by_order_and_amount') }}
),

by_order as (
    {{ order_psp_link('order', '0.8') }}
    from {{ pair_by('transactions_2', 'entries_2', {
        'account': 'order_account',
        'order_id': 'order_id',
        'psp_system': 'system',
        'movement': 'movement'
    }, 'transaction_id', 'entry_id') }}
),

transactions_3 as (
    {{ unlinked_transactions('transactions_2', 'by_order') }}
),

entries_3 as (
    {{ unlinked_entries('entries_2', 'by_order') }}
),

charges as (
    select
        entries_3.*,
        case entries_3.movement
            when 'charge' then coalesce(entries_3.charge_id, entries_3.entry_id)
            else entries_3.entry_id
        end as payment_key
    from entries_3
    where entries_3.order_id is null
),

releases as (
    select
        system,
        account,
        charge_id,
        currency,
        sum(amount) as released_amount
    from {{ ref('int_psp_payments__described') }}
    where is_release and not is_duplicate_record
    group by system, account, charge_id, currency
),

payments as (
    select
        charges.*,
        sum(charges.amount) over (
            partition by
                charges.system,
                charges.account,
                charges.movement,
                charges.payment_key,
                charges.currency
        ) + coalesce(releases.released_amount, 0) as payment_amount,
        row_number() over (
            partition by
                charges.system,
                charges.account,
                charges.movement,
                charges.payment_key,
                charges.currency
            order by charges.occurred_at asc nulls last, charges.entry_id asc nulls last
        ) as part
    from charges
    left join releases
        on
            charges.system = releases.system
            and charges.account = releases.account
            and charges.payment_key = releases.charge_id
            and charges.currency = releases.currency
            and charges.movement = 'charge'
),

candidates as (
    select
        transactions_3.account,
        transactions_3.transaction_id,
        payments.system as psp_system,
        payments.account as psp_account,
        payments.entry_id,
        count(*) over (partition by transactions_3.account, transactions_3.transaction_id)
            as entries_count,
        count(*) over (partition by payments.system, payments.account, payments.entry_id)
            as transactions_count
    from transactions_3
    inner join payments
        on
            transactions_3.legal_entity = payments.legal_entity
            and transactions_3.psp_system = payments.system
            and transactions_3.movement = payments.movement
            and transactions_3.currency = payments.currency
            and transactions_3.amount = payments.payment_amount
    where
        payments.part = 1
        and {{ hours_apart('transactions_3.occurred_at', 'payments.paid_at') }} <= 24
),

by_amount_and_time as (
    select
        account,
        transaction_id,
        psp_system,
        psp_account,
        entry_id,
        'amount_and_time' as link_key,
        cast(0.6 as decimal(3, 2)) as confidence
    from candidates
    where entries_count = 1 and transactions_count = 1
),

unioned as (
    select * from by_order_and_amount
    union all
    select * from by_order
    union all
    select * from by_amount_and_time
)

select * from unioned
