-- Where each address stands now. Whatever isn't granted is no: unknown, pending, undated,
-- conflicting. Of two that say the same at once, the one that names its wording speaks; never the
-- one that happened to land last.
with

statements as (
    select * from {{ ref('int_consent_statements__judged') }}
),

ranked as (
    select
        statements.*,
        row_number() over (
            partition by channel, address_hash, controller, purpose, country
            order by
                case
                    when effect in ('grants', 'restores') then 0
                    when effect = 'withdraws' then 1
                    when kind = 'granted' then 2
                    when kind = 'pending' then 3
                    else 4
                end asc nulls last,
                stated_at desc nulls last,
                case when wording_version is null then 1 else 0 end asc nulls last,
                system asc nulls last,
                account asc nulls last,
                recorded_at desc nulls last,
                statement_id asc nulls last
        ) as statement_rank,
        max(withdrawn_at) over (
            partition by channel, address_hash, controller, purpose, country
        ) as last_withdrawn_at,
        count(*) over (
            partition by channel, address_hash, controller, purpose, country
        ) as statements_count
    from statements
),

decided as (
    select
        controller,
        channel,
        address_hash,
        purpose,
        country,
        case
            when effect in ('grants', 'restores') then 'granted'
            when last_withdrawn_at is not null then 'withdrawn'
            when kind = 'pending' then 'pending'
            else 'unknown'
        end as state,
        effect,
        method,
        wording_version,
        system,
        account,
        statement_id,
        last_withdrawn_at,
        statements_count,
        case
            when effect in ('grants', 'restores') then stated_at
            else coalesce(last_withdrawn_at, stated_at)
        end as since
    from ranked
    where statement_rank = 1
)

select * from decided
