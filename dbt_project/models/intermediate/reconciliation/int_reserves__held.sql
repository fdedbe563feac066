-- Reserves that are still held: the first held is the first given back, so one is held while all
-- held up to it exceed all given back to date.
with

entries as (
    select * from {{ ref('int_psp_entries__unioned') }}
    where kind in ('reserve', 'reserve_release') and not is_duplicate_record
),

released as (
    select
        system,
        account,
        currency,
        sum(gross_amount) as released_amount
    from entries
    where kind = 'reserve_release'
    group by system, account, currency
),

reserved as (
    select
        system,
        account,
        entry_id,
        currency,
        -sum(gross_amount) over (
            partition by system, account, currency
            order by occurred_at asc nulls last, entry_id asc nulls last
            rows between unbounded preceding and current row
        ) as reserved_amount
    from entries
    where kind = 'reserve'
),

held as (
    select
        reserved.system,
        reserved.account,
        reserved.entry_id
    from reserved
    left join released
        on
            reserved.system = released.system
            and reserved.account = released.account
            and reserved.currency = released.currency
    where reserved.reserved_amount > coalesce(released.released_amount, 0)
)

select * from held
