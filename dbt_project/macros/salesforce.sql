{# Shapes of Salesforce's API, for its staging models only. #}

{# An external id of ours is '<account>:<id>' in one text field: its account, if both parts are there. #}
{% macro external_account(field) -%}
    {%- set text = "trim(" ~ to_text(field) ~ ")" -%}
    case when {{ text }} like '%_:_%' then split_part({{ text }}, ':', 1) end
{%- endmacro %}

{% macro external_id(field) -%}
    {%- set text = "trim(" ~ to_text(field) ~ ")" -%}
    case when {{ text }} like '%_:_%' then split_part({{ text }}, ':', 2) end
{%- endmacro %}

{# The domain of a web address that somebody typed: no scheme, no 'www.', no path. #}
{% macro domain_of(website) -%}
    {%- set plain = "lower(trim(" ~ to_text(website) ~ "))" -%}
    {%- set bare = "replace(replace(" ~ plain ~ ", 'https://', ''), 'http://', '')" -%}
    nullif(
            split_part(
                case when {{ bare }} like 'www.%' then substr({{ bare }}, 5) else {{ bare }} end,
                '/', 1
            ),
            ''
        )
{%- endmacro %}
