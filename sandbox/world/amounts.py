"""The ten integer measures of every money move, and the SQL that makes them from prices.

A move is one sale of an agreement. ``gross`` is the list price without tax, ``disc`` the discount
without tax, ``after`` the discount with the tax it saved, ``tax`` the tax and ``tax1`` its first part
(a US state's, before the county's); each in the shop's currency and, ``_p``, in the buyer's.
"""

MEASURES = ("gross", "disc", "after", "tax", "tax1")
SIDES = ("", "_p")
ALL_MEASURES = [f"{m}{side}" for side in SIDES for m in MEASURES]


def measures(total: str = "total", off: str = "off") -> str:
    """Select list: from a listed total and its discount (as the shop states prices) to the measures.

    Reads the columns ``total``, ``off``, ``rate1``, ``rate2``, ``is_tax_included`` (and ``_p``).
    """
    lines = []
    for side in SIDES:
        listed, less = f"{total}{side}", f"{off}{side}"
        rate = "(rate1 + rate2)"
        listed_tax = f"tax_of({listed}, {rate}, is_tax_included)"
        tax = f"tax_of({listed} - {less}, {rate}, is_tax_included)"
        gross = f"{listed} - case when is_tax_included then {listed_tax} else 0 end"
        net = f"{listed} - {less} - case when is_tax_included then {tax} else 0 end"
        disc = f"({gross}) - ({net})"
        lines += [
            f"{gross} as gross{side}",
            f"{disc} as disc{side}",
            f"{disc} + {listed_tax} - {tax} as after{side}",
            f"{tax} as tax{side}",
            f"case when {rate} = 0 then 0 else div_round({tax} * rate1, {rate}) end as tax1{side}",
        ]
    return ",\n".join(lines)


def negated(prefix: str = "") -> str:
    """Select list: the whole of a subject, taken back."""
    return ", ".join(f"-{prefix}{m} as {m}" for m in ALL_MEASURES)


def taken_back(before: str, after: str, of: str) -> str:
    """Select list: what of a subject's measures is taken back when ``before`` of ``of`` units become ``after``."""
    return ",\n".join(
        f"share_of({m}, {before}, {of}) - share_of({m}, {after}, {of}) as {m}" for m in ALL_MEASURES
    )


def summed(prefix: str = "") -> str:
    return ", ".join(f"cast(sum({prefix}{m}) as bigint) as {m}" for m in ALL_MEASURES)


def total(side: str = "", prefix: str = "") -> str:
    """What the buyer pays for a move: the vendor's totalAmount."""
    return f"({prefix}gross{side} - {prefix}disc{side} + {prefix}tax{side})"
