{# Shapes of HubSpot's API, for its staging models only. #}

{# Which record a merged one became part of. HubSpot says it on the side of the winner, joined by ';',
   and after a chain of merges a loser may stand in several lists: the winner that lives counts. #}
{% macro hubspot_merges(model, id, merged_ids) -%}
with

winners as (
    select * from {{ ref(model) }}
    where {{ merged_ids }} is not null
),

numbers as (
    {{ numbers() }}
),

listed as (
    select distinct
        winners.system,
        winners.account,
        winners.{{ id }} as winner_id,
        winners.updated_at as merged_at,
        {{ list_item('winners.' ~ merged_ids, 'numbers.number') }} as {{ id }}
    from winners
    inner join numbers on numbers.number <= {{ list_length('winners.' ~ merged_ids) }}
),

losers as (
    select distinct
        account,
        {{ id }}
    from listed
    where {{ id }} <> winner_id
),

ranked as (
    select
        listed.system,
        listed.account,
        listed.{{ id }},
        listed.winner_id,
        listed.merged_at,
        row_number() over (
            partition by listed.account, listed.{{ id }}
            order by
                case when losers.{{ id }} is null then 0 else 1 end asc nulls last,
                listed.merged_at desc nulls last,
                listed.winner_id desc nulls last
        ) as winner_rank
    from listed
    left join losers
        on
            listed.account = losers.account
            and listed.winner_id = losers.{{ id }}
    where listed.{{ id }} <> listed.winner_id
),

merged as (
    select
        system,
        account,
        {{ id }},
        winner_id as merged_into_{{ id }},
        merged_at
    from ranked
    where winner_rank = 1
)

select * from merged
{%- endmacro %}
