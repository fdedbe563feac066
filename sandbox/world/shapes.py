"""How vendor-shaped columns are written down as DuckDB types: text, money, references, nested objects."""

MONEY = 'STRUCT("amount" VARCHAR, "currencyCode" VARCHAR)'
BAG = f'STRUCT("shopMoney" {MONEY}, "presentmentMoney" {MONEY})'
REF = 'STRUCT("id" VARCHAR)'


def struct(**fields: str) -> str:
    return "STRUCT(" + ", ".join(f'"{name}" {kind}' for name, kind in fields.items()) + ")"


def columns(kind: str, names: str) -> dict[str, str]:
    """Columns of one kind, their names between spaces."""
    return dict.fromkeys(names.split(), kind)


def text(names: str) -> dict[str, str]:
    return columns("VARCHAR", names)
