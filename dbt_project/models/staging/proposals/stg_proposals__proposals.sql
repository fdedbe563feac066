with

ranked as (
    select
        proposals.*,
        min(recorded_at) over (partition by proposal_id) as first_recorded_at,
        row_number() over (
            partition by proposal_id
            order by recorded_at desc nulls last, match_weight desc nulls last
        ) as version_rank
    from {{ source('raw_identity', 'proposals') }} as proposals
),

renamed as (
    select
        {{ to_text('proposal_id') }} as proposal_id,
        {{ to_text('system') }} as system,
        {{ to_text('account') }} as account,
        {{ to_text('source_id') }} as source_id,
        {{ to_text('linked_system') }} as linked_system,
        {{ to_text('linked_account') }} as linked_account,
        {{ to_text('linked_source_id') }} as linked_source_id,
        cast(match_weight as decimal(18, 6)) as match_weight,
        cast(match_probability as decimal(18, 6)) as match_probability,
        cast(prior_weight as decimal(18, 6)) as prior_weight,
        cast(first_name_weight as decimal(18, 6)) as first_name_weight,
        cast(last_name_weight as decimal(18, 6)) as last_name_weight,
        cast(email_weight as decimal(18, 6)) as email_weight,
        cast(phone_weight as decimal(18, 6)) as phone_weight,
        cast(address_weight as decimal(18, 6)) as address_weight,
        cast(country_weight as decimal(18, 6)) as country_weight,
        {{ to_text('evidence') }} as evidence,
        {{ to_text('refusal') }} as refusal,
        {{ to_text('model_version') }} as model_version,
        cast(is_open as boolean) as is_open,
        cast(first_recorded_at as timestamp) as proposed_at,
        cast(recorded_at as timestamp) as recorded_at
    from ranked
    where version_rank = 1
)

select * from renamed
