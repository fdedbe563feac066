"""The SQL of landing, built from a ``Table``: text out of JSON, casts, hashes, unknown fields.

A *node* is one object: its ``json``, its id, its ancestors' ids, its position in a list, its root's
version. Statements here read nodes from a relation given as SQL; where they come from and what
becomes of the rows is ``landing``'s business.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from ingestion.tables import Table, column_name
from ingestion.types import epoch, money

# A bare JSON number passes through a double, exact to 15 digits; vendors print money as strings.
EXACT_DIGITS = 16

# What a source may add to a root: seconds since 1970 of the moment it shows, as of which it is gone.
VERSION_AT, DELETED = "__versionAt", "__deleted"

# Tables that are lists of another, by the other's name; paths that hold what they shouldn't, with the
# JSON type that belongs there.
Lists = Mapping[str, Sequence[Table]]
Misshapen = Sequence[tuple[str, str]]


def quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def json_path(path: str) -> str:
    parts = (p if re.fullmatch(r"\w+", p) else f'"{p}"' for p in path.split(".") if p)
    return quoted(".".join(["$", *parts]))


def paths(of: Iterable[str]) -> str:
    return "[" + ", ".join(json_path(path) for path in of) + "]"


def lists_column(table: Table, lists: Lists) -> str:
    """Every list of a node, taken out in one pass over its text: ``lists[1]`` is the first child's."""
    found = [child.list_of or "" for child in lists.get(table.name, ())]
    return f", json_extract(json, {paths(found)}) as lists" if found else ""


def index(table: Table) -> str:
    """The table that remembers a parent's ids for the children still to come."""
    return f"index_{table.name}"


def objects(table: Table, otherwise: str, lists: Lists) -> str:
    """Nodes that are lines of their own: roots, or children that name their parent in ``__parentId``.

    A root's version is what its source says (``__versionAt``), else the vendor's updated time, else
    the event's own, else ``otherwise``; ``reached`` is the vendor's updated time alone.
    """
    if table.parent is None:
        wanted = [
            "id",
            VERSION_AT,
            DELETED,
            *(path for path in (table.cursor, table.created) if path),
        ]
        times = [table.columns[path].cast(f"k[{i}]") for i, path in enumerate(wanted[3:], start=4)]
        reached = times[0] if table.cursor else "null::timestamp"
        times = [epoch.cast("k[2]"), *times]
        return (
            f"(select json, k[1] as id, true as has_parent, coalesce(k[3] = 'true', false) as deleted, {reached} as reached,"
            f" coalesce({', '.join([*times, otherwise])}) as version_at"
            f"{lists_column(table, lists)} from (select json, json_extract_string(json, {paths(wanted)}) as k from lines))"
        )
    ids = "".join(f", parents.{name}" for name in table.parent.inherited)
    return (
        f"(select json, k[1] as id, parents.id is not null as has_parent, false as deleted,"
        f" parents.id as {table.parent_id}{ids},"
        f" coalesce(parents.version_at, {otherwise}) as version_at{lists_column(table, lists)}"
        f" from (select json, json_extract_string(json, {paths(['id', '__parentId'])}) as k from lines)"
        f" left join {index(table.parent)} as parents on parents.id = k[2])"
    )


def list_elements(table: Table, place: int, above: str, lists: Lists) -> str:
    """Nodes that are elements of a list in the nodes of ``above``: its ``place``-th list."""
    ids = "".join(f", {name}" for name in table.inherited[1:])
    return (
        f"(select json, json_extract_string(json, '$.id') as id, has_parent, deleted, {table.parent_id}{ids},"
        f" position, version_at{lists_column(table, lists)} from (select unnest(items) as json,"
        f" generate_subscripts(items, 1) as position, has_parent, deleted, id as {table.parent_id}{ids},"
        f" version_at from (select *, json_extract(lists[{place}], '$[*]') as items from {above})))"
    )


def fields(table: Table, nodes: str) -> str:
    """Each distinct set of fields once, for every object we know in a row.

    Grouped by a hash of the sets, which costs half of comparing them.
    """
    known = paths(table.objects)
    return (
        f"select json_keys(any_value(json), {known}) from {nodes}"
        f" group by hash(json_keys(json, {known}))"
    )


def kinds(wanted: Sequence[str], nodes: str) -> str:
    """Each distinct combination of JSON types at some paths."""
    return f"select distinct json_type(json, {paths(wanted)}) from {nodes}"


def extra(unknown: Iterable[str]) -> str:
    """Unknown fields as JSON text, in order of their paths; null where a row has none of them."""
    parts = [
        f"case when json_exists(json, {json_path(path)}) then"
        f" {quoted(chr(34) + path + chr(34) + ':')} || json_extract(json, {json_path(path)})::varchar end"
        for path in sorted(unknown)
    ]
    if not parts:
        return "null::varchar"
    return f"nullif('{{' || concat_ws(',', {', '.join(parts)}) || '}}', '{{}}')"


def canonical(
    table: Table, lists: Lists, scalars: str = "v", found: str = "lists", depth: int = 0
) -> str:
    """A row's payload as text that depends on no key order: declared fields in order, then its lists."""
    parts = [f"to_json({scalars})::varchar"]
    for place, child in enumerate(lists.get(table.name, ()), start=1):
        element = f"element_{depth}"
        inner = f"json_extract_string({element}, {paths(child.columns)})"
        below = (
            f"json_extract({element}, {paths(c.list_of or '' for c in lists.get(child.name, ()))})"
        )
        text = canonical(child, lists, inner, below, depth + 1)
        items = f"json_extract(({found})[{place}], '$[*]')"
        parts.append(f"coalesce(list_transform({items}, lambda {element}: {text})::varchar, '[]')")
    return " || ".join(parts)


def rows(
    table: Table,
    lists: Lists,
    nodes: str,
    unknown: Iterable[str],
    misshapen: Misshapen,
    constants: str,
) -> str:
    """The typed rows, with ``_bad``: null, or which check the row failed (see ``checks``)."""
    names = [column_name(path) for path in table.columns]
    raw = [f"v[{i}]" for i in range(1, len(names) + 1)]
    casts = "".join(
        f', {type_.cast(text)} as "{name}"'
        for type_, text, name in zip(table.columns.values(), raw, names, strict=True)
    )
    place = "".join(f", {name}" for name in table.inherited) + (
        ", position" if table.positioned else ""
    )
    bad = "".join(
        f" when {condition} then {number}"
        for number, condition in enumerate(_conditions(table, names, raw, misshapen))
    )
    more, out = extra(unknown), ", ".join(f'"{name}"' for name in [*table.inherited, *names])
    # The checks stand in a select of their own: inside one, a case makes each cast it looks at again.
    return (
        f"select {out}{', position' if table.positioned else ''}, account, _version_at, _received_at,"
        f" _version_hash, _deleted, _extra, _bad, case when _bad is not null then json end as json"
        f" from (select *, case{bad} end as _bad from ("
        f"select json, v, has_parent, deleted as _deleted, {constants}, version_at as _version_at, {more} as _extra,"
        f" md5({canonical(table, lists)} || coalesce(_extra, '') || if(deleted, 'gone', ''))"
        f" as _version_hash"
        f"{place}{casts}"
        f" from (select *, json_extract_string(json, {paths(table.columns)}) as v from {nodes})))"
    )


def _conditions(table: Table, names: list[str], raw: list[str], misshapen: Misshapen) -> list[str]:
    """One condition per entry of ``checks``, in the same order."""
    found = ["not has_parent"]
    for name, text, (path, type_) in zip(names, raw, table.columns.items(), strict=True):
        if type_.is_text:
            continue
        condition = f'({text} is not null and "{name}" is null)'
        if type_ is money:
            condition += (
                f" or (case when length({text}) > {EXACT_DIGITS} then"
                f" json_type(json, {json_path(path)}) = 'DOUBLE'"
                f" and length(replace({text}, '-', '')) > {EXACT_DIGITS} end)"
            )
        found.append(condition)
    found += [
        f"coalesce(json_type(json, {json_path(path)}), 'NULL') not in ({quoted(kind)}, 'NULL')"
        for path, kind in misshapen
    ]
    return [*found, *(f'"{name}" is null' for name in table.key)]


def checks(table: Table, misshapen: Misshapen) -> list[tuple[str, str]]:
    """What each number in ``_bad`` means: the path looked at, and what its value is not."""
    return [
        ("__parentId", "the id of an object in this response"),
        *((path, type_.name) for path, type_ in table.columns.items() if not type_.is_text),
        *((path, "an object" if kind == "OBJECT" else "a list") for path, kind in misshapen),
        *((name, "a key") for name in table.key),
    ]
