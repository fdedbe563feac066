-- What each statement does to its address. A withdrawal counts at once, from any source, in every
-- country; one said to the group counts for each of its legal entities, one of all purposes for
-- each purpose. An opt-in counts if the person gave it, dated, and after a withdrawal only with
-- evidence.
with

statements as (
    select * from {{ ref('int_consent_statements__hashed') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

withdrawals as (
    select
        channel,
        address_hash,
        controller,
        purpose,
        max(coalesce(stated_at, recorded_at)) as withdrawn_at
    from statements
    where kind = 'withdrawn'
    group by channel, address_hash, controller, purpose
),

withdrawn as (
    select
        statements.system,
        statements.account,
        statements.statement_id,
        max(withdrawals.withdrawn_at) as withdrawn_at
    from statements
    inner join withdrawals
        on
            statements.channel = withdrawals.channel
            and statements.address_hash = withdrawals.address_hash
            and (
                withdrawals.controller = 'group'
                or statements.controller = withdrawals.controller
            )
            and (
                withdrawals.purpose = 'all'
                or statements.purpose = withdrawals.purpose
            )
    group by statements.system, statements.account, statements.statement_id
),

judged as (
    select
        statements.*,
        accounts.legal_entity,
        withdrawn.withdrawn_at,
        case
            when statements.kind = 'withdrawn' then 'withdraws'
            when statements.kind <> 'granted' then 'says_nothing'
            when statements.origin <> 'person' then 'not_by_the_person'
            when statements.stated_at is null then 'undated'
            when statements.stated_at > run_context.as_of then 'not_yet'
            when withdrawn.withdrawn_at is null then 'grants'
            when statements.stated_at = withdrawn.withdrawn_at then 'conflicting'
            when statements.stated_at < withdrawn.withdrawn_at then 'withdrawn_since'
            when not statements.has_evidence then 'without_evidence'
            else 'restores'
        end as effect
    from statements
    cross join run_context
    left join withdrawn
        on
            statements.system = withdrawn.system
            and statements.account = withdrawn.account
            and statements.statement_id = withdrawn.statement_id
    left join accounts
        on
            statements.system = accounts.system
            and statements.account = accounts.account
)

select * from judged
