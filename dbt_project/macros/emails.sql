{# The one place that says when two e-mail addresses are the same. #}

{# Trimmed and lower case; a '+tag' goes only for providers known to ignore it, dots only for Gmail.
   Anything that isn't one local part, one '@' and a dotted domain, 254 characters at most (RFC 5321,
   4.5.3.1.3), is no address: null. Domains in letters beyond ASCII are brought to one form later, by
   analysis/identifiers.py.
   coalesce: DuckDB 2.0 fails to plan this over a column that holds nothing but nulls. #}
{% macro normalize_email(email) -%}
    {%- set plain = "lower(trim(coalesce(" ~ email ~ ", '')))" -%}
    {%- set local_part = "split_part(" ~ plain ~ ", '@', 1)" -%}
    {%- set domain = "split_part(" ~ plain ~ ", '@', 2)" -%}
    {%- set untagged = "split_part(" ~ local_part ~ ", '+', 1)" -%}
    case
            when {{ plain }} not like '%_@_%._%' or length({{ plain }}) > 254 then null
            when {{ plain }} like '%@%@%' or {{ plain }} like '% %' or {{ plain }} like '%.' then null
            when {{ plain }} like '%..%' or {{ plain }} like '%@.%' then null
            when {{ domain }} in ('gmail.com', 'googlemail.com') and {{ untagged }} <> ''
                then replace({{ untagged }}, '.', '') || '@gmail.com'
            when
                {{ domain }} in ('outlook.com', 'hotmail.com', 'icloud.com', 'proton.me', 'fastmail.com')
                and {{ untagged }} <> ''
                then {{ untagged }} || '@' || {{ domain }}
            else {{ plain }}
        end
{%- endmacro %}
