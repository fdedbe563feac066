-- Which contact a merged one became part of. HubSpot says it on the side of the winner, and after a
-- chain of merges a loser may stand in several lists: the winner that lives counts.
with

contacts as (
    select * from {{ ref('stg_hubspot__contacts') }}
    where merged_contact_ids is not null
),

numbers as (
    {{ numbers() }}
),

listed as (
    select distinct
        contacts.system,
        contacts.account,
        contacts.contact_id as winner_id,
        contacts.updated_at as merged_at,
        {{ list_item('contacts.merged_contact_ids', 'numbers.number') }} as contact_id
    from contacts
    inner join numbers on numbers.number <= {{ list_length('contacts.merged_contact_ids') }}
),

losers as (
    select distinct
        account,
        contact_id
    from listed
    where contact_id <> winner_id
),

ranked as (
    select
        listed.system,
        listed.account,
        listed.contact_id,
        listed.winner_id,
        listed.merged_at,
        row_number() over (
            partition by listed.account, listed.contact_id
            order by
                case when losers.contact_id is null then 0 else 1 end asc nulls last,
                listed.merged_at desc nulls last,
                listed.winner_id desc nulls last
        ) as winner_rank
    from listed
    left join losers
        on
            listed.account = losers.account
            and listed.winner_id = losers.contact_id
    where listed.contact_id <> listed.winner_id
),

merged as (
    select
        system,
        account,
        contact_id,
        winner_id as merged_into_contact_id,
        merged_at
    from ranked
    where winner_rank = 1
)

select * from merged
