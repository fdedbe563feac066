"""One page per proposal: the two records side by side, and what each comparison adds, as a waterfall.

Plain HTML with an SVG inside: it opens anywhere, offline. It shows people, so it is for its owner only.
"""

import html
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.proposals_review import Proposal

BAR, GAP, LEFT, WIDTH, EDGE = 22, 10, 150, 720, 90
PAGE = """<!doctype html><meta charset="utf-8"><title>{title}</title>
<style>body{{font:14px system-ui;margin:2em;max-width:60em}}td,th{{padding:.2em 1em;text-align:left}}
.other td{{color:#b00020}}</style>
<h1>{title}</h1><p>{said}</p>{table}{chart}<p>{evidence}</p>"""
NAMES = {"system", "account", "source_id"}  # they differ and say nothing


def write(folder: Path, proposal: Proposal, records: Sequence[dict[str, Any]]) -> Path:
    """Write ``<folder>/<proposal_id>.html`` for its owner only; gives back where."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{proposal.proposal_id}.html"
    file.touch(mode=0o600)
    file.chmod(0o600)
    percent = proposal.match_probability * 100
    refused = f" A linking rule keeps them apart: {proposal.refusal}." if proposal.refusal else ""
    file.write_text(
        PAGE.format(
            title=html.escape(f"Proposal {proposal.proposal_id}: {proposal.status}"),
            said=f"Match weight {proposal.match_weight:.2f} bits, probability {percent:.2f} %.{refused}",
            table=_table(records),
            chart=waterfall(proposal),
            evidence=html.escape(proposal.evidence),
        ),
        encoding="utf-8",
    )
    return file


def waterfall(proposal: Proposal) -> str:
    """Bars from the prior to the sum; what speaks against goes back to the left."""
    steps, reached = [], Decimal(0)
    for name, weight in proposal.weights:
        steps.append((name.replace("_", " "), reached, reached + weight, weight))
        reached += weight
    steps.append(("together", Decimal(0), reached, reached))
    ends = [end for _, start, stop, _ in steps for end in (start, stop)]
    lowest, span = min(ends), max(max(ends) - min(ends), Decimal(1))
    height = len(steps) * (BAR + GAP) + GAP

    def place(value: Decimal) -> float:
        return float(LEFT + (value - lowest) / span * (WIDTH - LEFT - EDGE))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img">',
        f'<line x1="{place(Decimal(0)):.1f}" x2="{place(Decimal(0)):.1f}" y1="0" y2="{height}" stroke="#999"/>',
    ]
    for number, (name, start, stop, weight) in enumerate(steps):
        top, (low, high) = GAP + number * (BAR + GAP), sorted((place(start), place(stop)))
        colour = "#555" if name == "together" else "#2e7d32" if weight >= 0 else "#b00020"
        parts += [
            f'<text x="0" y="{top + 15}">{html.escape(name)}</text>',
            f'<rect x="{low:.1f}" y="{top}" width="{max(high - low, 1):.1f}" height="{BAR}" fill="{colour}"/>',
            f'<text x="{high + 6:.1f}" y="{top + 15}">{weight:+.2f}</text>',
        ]
    return "".join([*parts, "</svg>"])


def _table(records: Sequence[dict[str, Any]]) -> str:
    """A line per field that either has; marked where both have it and differ."""
    lines = []
    for name in records[0] if records else ():
        values = [record[name] for record in records]
        if any(values):
            cells = "".join(f"<td>{html.escape(str(value or ''))}</td>" for value in values)
            is_other = name not in NAMES and all(values) and len(set(values)) > 1
            differs = ' class="other"' if is_other else ""
            lines.append(f"<tr{differs}><th>{html.escape(name)}</th>{cells}</tr>")
    return f"<table>{''.join(lines)}</table>"
