{# Generic tests of shape: keys of several columns, parents, arithmetic. All keep `account` in sight:
   a key or a join without it mixes two shops' ids (a lint insists). #}

{% test unique_combination(model, columns) %}
    select
        {{ columns | join(', ') }},
        count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{% test belongs_to(model, parent, columns) %}
    select distinct
        {% for column in columns -%}
            children.{{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ model }} as children
    left join {{ parent }} as parents
        on
            {% for column in columns -%}
                children.{{ column }} = parents.{{ column }}{{ ' and' if not loop.last }}
            {% endfor -%}
    where
        children.{{ columns | last }} is not null
        and parents.{{ columns | last }} is null
{% endtest %}

{% test components_add_up(model, total, plus, minus=[]) %}
    select *
    from {{ model }}
    where
        {{ total }}
        <> {{ plus | join(' + ') }}{% for column in minus %} - {{ column }}{% endfor %}
        or {{ total }}_group
        <> {{ plus | join('_group + ') }}_group{% for column in minus %} - {{ column }}_group{% endfor %}
{% endtest %}

{% test given_together(model, columns) %}
    select *
    from {{ model }}
    where
        not (
            ({{ columns | join(' is null and ') }} is null)
            or ({{ columns | join(' is not null and ') }} is not null)
        )
{% endtest %}
