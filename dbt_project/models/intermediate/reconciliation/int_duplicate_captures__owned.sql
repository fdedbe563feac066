-- Captures that took money a second time, with the gateway migration in which it happened, if the
-- register has one: its owner clears it, and it says how grave it is.
with

surplus as (
    select * from {{ ref('int_captures__weighed') }}
    where is_surplus
),

migrations as (
    select
        migrations.*,
        row_number() over (
            partition by migrations.account, migrations.migration_id
            order by migrations.version desc nulls last
        ) as version_rank
    from {{ ref('stg_treasury__gateway_migrations') }} as migrations
),

joined as (
    select
        surplus.*,
        migrations.migration_id,
        migrations.owner,
        migrations.severity,
        row_number() over (
            partition by
                surplus.order_account,
                surplus.order_id,
                surplus.capture_system,
                surplus.capture_account,
                surplus.capture_id
            order by migrations.starts_on desc nulls last, migrations.migration_id asc nulls last
        ) as turn
    from surplus
    left join migrations
        on
            surplus.order_account = migrations.shop_account
            and surplus.capture_system in (migrations.from_system, migrations.to_system)
            and cast(surplus.occurred_at as date) >= migrations.starts_on
            and cast(surplus.occurred_at as date)
            <= coalesce(migrations.ends_on, cast('9999-12-31' as date))
            and migrations.version_rank = 1
),

owned as (
    select
        order_account,
        order_id,
        capture_system,
        capture_account,
        capture_id,
        amount,
        currency,
        captured_before_amount,
        held_amount,
        total_amount,
        due_amount,
        occurred_at,
        migration_id,
        owner,
        coalesce(severity, 'critical') as severity
    from joined
    where turn = 1
)

select * from owned
