{# The one place that says when two e-mail addresses are the same. #}

{# Trimmed and lower case; a '+tag' goes only for providers known to ignore it, dots only for Gmail.
   Anything that isn't one local part, one '@' and a dotted domain is no address: null.
   coalesce: DuckDB 2.0 fails to plan this over a column that holds nothing but nulls. #}
{% macro normalize_email(email) -%}
    {%- set plain = "lower(trim(coalesce(" ~ email ~ ", '')))" -%}
    {%- set local_part = "split_part(" ~ plain ~ ", '@', 1)" -%}
    {%- set domain = "split_part(" ~ plain ~ ", '@', 2)" -%}
    {%- set untagged = "split_part(" ~ local_part ~ ", '+', 1)" -%}
    case
            when {{ plain }} not like '%_@_%._%' then null
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

{# An address of a role is read by many people, so it links nobody. #}
{% macro is_role_address(email_normalized) -%}
    coalesce(
            split_part({{ email_normalized }}, '@', 1) in (
                'info', 'sales', 'office', 'admin', 'contact', 'support', 'hello', 'accounts', 'billing',
                'orders', 'shop', 'team', 'mail', 'noreply', 'no-reply'
            ),
            false
        )
{%- endmacro %}
