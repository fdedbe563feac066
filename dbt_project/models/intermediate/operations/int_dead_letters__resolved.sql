-- What became of each letter. A view, so that a decision shows without another build.
{{ config(materialized='view') }}

with

letters as (
    select * from {{ ref('stg_group__dead_letters') }}
),

decisions as (
    select * from {{ ref('stg_group__dead_letter_decisions') }}
),

landings as (
    select * from {{ ref('stg_group__dead_letter_landings') }}
),

complete_streams as (
    select
        system,
        account,
        stream,
        max(checked_at) as completed_at
    from {{ ref('stg_group__load_completeness') }}
    where status = 'complete'
    group by system, account, stream
),

-- A letter of the stream '*' is of the whole account: any stream that came whole answers it.
completed as (
    select * from complete_streams
    union all
    select
        system,
        account,
        '*' as stream,
        max(completed_at) as completed_at
    from complete_streams
    group by system, account
),

joined as (
    select
        letters.*,
        decisions.decision,
        decisions.decided_by,
        decisions.decided_at,
        decisions.why,
        case
            when letters.source_id like 'stream:%' then completed.completed_at
            else landings.landed_at
        end as healed_at,
        letters.payload_ref like 'md5:%' as has_payload
    from letters
    left join decisions
        on
            letters.system = decisions.system
            and letters.account = decisions.account
            and letters.stream = decisions.stream
            and letters.source_id = decisions.source_id
            and letters.payload_ref = decisions.payload_ref
    left join landings
        on
            letters.system = landings.system
            and letters.account = landings.account
            and letters.stream = landings.stream
            and letters.source_id = landings.source_id
            and letters.reason = landings.reason
    left join completed
        on
            letters.system = completed.system
            and letters.account = completed.account
            and letters.stream = completed.stream
),

-- A discarded payload stays so however often it comes again; what else is settled may open again.
resolved as (
    select
        *,
        case
            when decision = 'discarded' and (has_payload or decided_at >= last_seen_at)
                then 'discarded'
            when decision = 'replayed' and decided_at >= last_seen_at then 'replayed'
            when healed_at > last_seen_at then 'healed'
            else 'open'
        end as status
    from joined
)

select
    system,
    account,
    stream,
    source_id,
    reason,
    owner,
    amount,
    currency,
    payload_ref,
    first_seen_at,
    last_seen_at,
    status,
    case
        when status in ('discarded', 'replayed') then decided_at
        when status = 'healed' then healed_at
    end as resolved_at,
    case
        when status in ('discarded', 'replayed') then decided_by
        when status = 'healed' then 'load'
    end as resolved_by,
    case
        when status in ('discarded', 'replayed') then why
        when status = 'healed' and source_id like 'stream:%'
            then 'a later load read the stream whole'
        when status = 'healed' then 'a later version of the object landed'
    end as resolution
from resolved
