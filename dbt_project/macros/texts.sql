{# The engine's own word for text: `text` on DuckDB and Postgres, `string` on Spark. #}
{% macro to_text(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }})
{%- endmacro %}

{# The language of a locale: 'de' of 'de-DE' and of 'de_DE'. #}
{% macro language_of(locale) -%}
    lower(split_part(replace({{ to_text(locale) }}, '_', '-'), '-', 1))
{%- endmacro %}

{# One text of a first and a last name; null where there is neither. #}
{% macro full_name(first_name, last_name) -%}
    nullif(trim(coalesce({{ first_name }}, '') || ' ' || coalesce({{ last_name }}, '')), '')
{%- endmacro %}
