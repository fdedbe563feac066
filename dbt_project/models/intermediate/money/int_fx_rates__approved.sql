-- Who answers for a rate. Treasury approves its own one by one, never by the hand that entered it;
-- a standing policy (seed, dated) approves what a source publishes. Whatever waits for nobody is
-- approved.
with

rates as (
    select * from {{ ref('int_fx_rates__unioned') }}
),

averages as (
    select * from {{ ref('int_fx_rates__averaged') }}
),

policies as (
    select * from {{ ref('fx_approval_policies') }}
),

unioned as (
    select
        rate_id,
        rate_date,
        from_currency,
        to_currency,
        kind,
        rate,
        source,
        derivation,
        version,
        status,
        approved_by,
        approved_at,
        waits_for
    from rates
    union all
    select
        source || ':' || kind || ':' || from_currency || ':' || to_currency || ':'
        || {{ to_text('rate_date') }} || ':v' || {{ to_text('version') }} as rate_id,
        rate_date,
        from_currency,
        to_currency,
        kind,
        rate,
        source,
        derivation,
        version,
        'provisional' as status,
        {{ to_text('null') }} as approved_by,
        cast(null as timestamp) as approved_at,
        waits_for
    from averages
),

ranked_policies as (
    select
        unioned.rate_id,
        policies.policy_id,
        policies.approved_by,
        policies.decided_on,
        row_number() over (
            partition by unioned.rate_id
            order by policies.decided_on asc nulls last, policies.policy_id asc nulls last
        ) as policy_rank
    from unioned
    inner join policies
        on
            unioned.waits_for = policies.source
            and unioned.kind = policies.kind
            and unioned.rate_date >= policies.valid_from
            and (unioned.rate_date <= policies.valid_to or policies.valid_to is null)
),

approved as (
    select
        unioned.rate_id,
        unioned.rate_date,
        unioned.from_currency,
        unioned.to_currency,
        unioned.kind,
        unioned.rate,
        unioned.source,
        unioned.derivation,
        unioned.version,
        case when ranked_policies.rate_id is null then unioned.status else 'approved' end as status,
        coalesce(ranked_policies.approved_by, unioned.approved_by) as approved_by,
        case
            when ranked_policies.rate_id is null then unioned.approved_at
            else cast(greatest(ranked_policies.decided_on, unioned.rate_date) as timestamp)
        end as approved_at,
        ranked_policies.policy_id
    from unioned
    left join ranked_policies
        on
            unioned.rate_id = ranked_policies.rate_id
            and ranked_policies.policy_rank = 1
)

select * from approved
