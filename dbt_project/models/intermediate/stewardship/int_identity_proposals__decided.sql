-- A decision may name the two records in either order; of several the latest counts.
with

proposals as (
    select * from {{ ref('stg_proposals__proposals') }}
),

decisions as (
    select * from {{ ref('identity_decisions') }}
    where subject = 'person'
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

both_ways as (
    select
        system,
        account,
        source_id,
        linked_system,
        linked_account,
        linked_source_id,
        decision,
        decided_by,
        decided_at,
        reason
    from decisions
    union all
    select
        linked_system as system,
        linked_account as account,
        linked_source_id as source_id,
        system as linked_system,
        account as linked_account,
        source_id as linked_source_id,
        decision,
        decided_by,
        decided_at,
        reason
    from decisions
),

ranked_decisions as (
    select
        both_ways.*,
        row_number() over (
            partition by
                system, account, source_id, linked_system, linked_account, linked_source_id
            order by decided_at desc nulls last, decision asc nulls last
        ) as decision_rank
    from both_ways
),

decided as (
    select
        proposals.*,
        accounts.legal_entity,
        own.customer_key,
        linked.customer_key as linked_customer_key,
        ranked_decisions.decided_by,
        ranked_decisions.decided_at,
        ranked_decisions.reason as decision_reason,
        case
            when ranked_decisions.decision = 'link' then 'accepted'
            when ranked_decisions.decision = 'cannot_link' then 'rejected'
            when own.customer_key = linked.customer_key then 'linked_by_rule'
            when not proposals.is_open then 'withdrawn'
            else 'open'
        end as status
    from proposals
    left join ranked_decisions
        on
            proposals.system = ranked_decisions.system
            and proposals.account = ranked_decisions.account
            and proposals.source_id = ranked_decisions.source_id
            and proposals.linked_system = ranked_decisions.linked_system
            and proposals.linked_account = ranked_decisions.linked_account
            and proposals.linked_source_id = ranked_decisions.linked_source_id
            and ranked_decisions.decision_rank = 1
    left join customer_ids as own
        on
            proposals.system = own.system
            and proposals.account = own.account
            and proposals.source_id = own.source_id
    left join customer_ids as linked
        on
            proposals.linked_system = linked.system
            and proposals.linked_account = linked.account
            and proposals.linked_source_id = linked.source_id
    left join accounts
        on
            proposals.system = accounts.system
            and proposals.account = accounts.account
)

select * from decided
