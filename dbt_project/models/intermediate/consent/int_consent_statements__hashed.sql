-- One statement however often it was read: what a replay or an overlap repeats is one row, first
-- heard when it was first read. An address without a hash keeps its row, and an audit asks for it.
with

statements as (
    select * from {{ ref('int_consent_statements__unioned') }}
),

address_hashes as (
    select * from {{ ref('stg_consent__address_hashes') }}
),

hashed as (
    select
        statements.system,
        statements.account,
        statements.source_id,
        statements.channel,
        coalesce(address_hashes.address_hash, 'not hashed') as address_hash,
        statements.purpose,
        statements.controller,
        statements.state,
        statements.kind,
        statements.origin,
        statements.method,
        statements.stated_at,
        min(statements.country) as country,
        min(statements.wording_version) as wording_version,
        max(case when statements.has_evidence then 1 else 0 end) = 1 as has_evidence,
        min(statements.recorded_at) as recorded_at
    from statements
    left join address_hashes
        on
            statements.channel = address_hashes.channel
            and statements.address = address_hashes.address
    group by
        statements.system,
        statements.account,
        statements.source_id,
        statements.channel,
        coalesce(address_hashes.address_hash, 'not hashed'),
        statements.purpose,
        statements.controller,
        statements.state,
        statements.kind,
        statements.origin,
        statements.method,
        statements.stated_at
),

named as (
    select
        hashed.*,
        source_id || ':' || channel || ':' || substring(address_hash, 1, 16) || ':' || state || ':'
        || coalesce({{ to_text('stated_at') }}, 'undated') as statement_id
    from hashed
)

select * from named
