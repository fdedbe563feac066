-- Subscriptions with how their billing goes: a cycle is paid, being retried, or given up. Tries
-- since the last one that succeeded belong to the cycle that is owed now.
with

contracts as (
    select * from {{ ref('stg_shopify__subscription_contracts') }}
),

lines as (
    select * from {{ ref('stg_shopify__subscription_lines') }}
),

attempts as (
    select * from {{ ref('stg_shopify__subscription_billing_attempts') }}
),

priced as (
    select
        account,
        contract_id,
        currency,
        sum(line_price_amount) as cycle_amount
    from lines
    group by account, contract_id, currency
),

succeeded as (
    select
        account,
        contract_id,
        max(created_at) as last_succeeded_at,
        count(*) as cycles_paid_count
    from attempts
    where status = 'succeeded'
    group by account, contract_id
),

tried as (
    select
        attempts.account,
        attempts.contract_id,
        count(*) as attempts_count,
        sum(case when attempts.status = 'failed' then 1 else 0 end) as failed_attempts_count,
        sum(
            case
                when
                    attempts.status = 'failed'
                    and (
                        succeeded.last_succeeded_at is null
                        or attempts.created_at > succeeded.last_succeeded_at
                    )
                    then 1
                else 0
            end
        ) as open_attempts_count,
        min(
            case
                when
                    attempts.status = 'failed'
                    and (
                        succeeded.last_succeeded_at is null
                        or attempts.created_at > succeeded.last_succeeded_at
                    )
                    then attempts.created_at
            end
        ) as unpaid_since,
        max(attempts.created_at) as last_attempt_at
    from attempts
    left join succeeded
        on
            attempts.account = succeeded.account
            and attempts.contract_id = succeeded.contract_id
    group by attempts.account, attempts.contract_id
),

billed as (
    select
        contracts.system,
        contracts.account,
        contracts.contract_id,
        contracts.customer_id,
        contracts.origin_order_id,
        contracts.status,
        contracts.billing_interval,
        contracts.billing_interval_count,
        contracts.next_billing_at,
        contracts.created_at,
        contracts.currency,
        coalesce(priced.cycle_amount, 0) + coalesce(contracts.delivery_amount, 0) as cycle_amount,
        coalesce(succeeded.cycles_paid_count, 0) as cycles_paid_count,
        coalesce(tried.attempts_count, 0) as attempts_count,
        coalesce(tried.failed_attempts_count, 0) as failed_attempts_count,
        coalesce(tried.open_attempts_count, 0) as open_attempts_count,
        tried.unpaid_since,
        tried.last_attempt_at,
        case
            when coalesce(tried.open_attempts_count, 0) = 0 then 'paid'
            when contracts.status = 'active' then 'retrying'
            else 'unpaid'
        end as payment_state
    from contracts
    left join priced
        on
            contracts.account = priced.account
            and contracts.contract_id = priced.contract_id
            and contracts.currency = priced.currency
    left join succeeded
        on
            contracts.account = succeeded.account
            and contracts.contract_id = succeeded.contract_id
    left join tried
        on
            contracts.account = tried.account
            and contracts.contract_id = tried.contract_id
)

select * from billed
