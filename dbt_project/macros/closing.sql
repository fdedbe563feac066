{# The causes of a restatement in the order in which a closed month is evaluated again: state k has every change
   of the causes up to k. A change that two causes share counts for the earlier one. #}
{% macro restatement_causes() -%}
    {{ return([
        'definition',
        'erasure',
        'deleted',
        'late_event',
        'backdated',
        'source_correction',
        'rate',
        'other',
    ]) }}
{%- endmacro %}

{# The number of the state that a cause leads to. #}
{% macro state_of(cause) -%}
    {{ return(restatement_causes().index(cause)) }}
{%- endmacro %}

{# The number of the state of a cause that stands in a column. #}
{% macro state_of_column(column) -%}
    case {{ column }}
        {%- for cause in restatement_causes() %}
            when '{{ cause }}' then {{ loop.index0 }}
        {%- endfor %}
        end
{%- endmacro %}

{# Every state, with its number and its cause. #}
{% macro restatement_states() -%}
    {%- for cause in restatement_causes() -%}
        select
        {{ loop.index0 }} as state,
        '{{ cause }}' as cause
        {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor -%}
{%- endmacro %}
