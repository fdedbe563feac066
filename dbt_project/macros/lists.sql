{# Lists that a vendor joins into one text ('1;2;3'), as rows. Engines unnest differently, so an item is
   taken by its number, and the numbers are a table. #}

{# 1 to 1000, more than any list of ours holds. #}
{% macro numbers() -%}
    select 1 + ones.digit + 10 * tens.digit + 100 * hundreds.digit as number
    from ({{ digits() }}) as ones
    cross join ({{ digits() }}) as tens
    cross join ({{ digits() }}) as hundreds
{%- endmacro %}

{% macro digits() -%}
    {%- for digit in range(10) -%}
        select {{ digit }} as digit{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro list_item(list, number) -%}
    nullif(trim(split_part({{ list }}, ';', {{ number }})), '')
{%- endmacro %}

{% macro list_length(list) -%}
    length({{ list }}) - length(replace({{ list }}, ';', '')) + 1
{%- endmacro %}
