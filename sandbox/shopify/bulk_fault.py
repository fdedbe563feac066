"""Page faults in a bulk operation's file: its pages are runs of lines."""

from pathlib import Path


def faulty_lines(file: Path, fault: str) -> bytes:
    """The file with the middle third of its lines missing, standing twice, or last line first."""
    lines = file.read_bytes().splitlines(keepends=True)
    first, last = len(lines) // 3, max(len(lines) // 3 + 1, 2 * len(lines) // 3)
    run = lines[first:last]
    instead = {
        "missing_page": [],
        "duplicate_page": run + run,
        "reordered_page": run[::-1],
    }[fault]
    return b"".join([*lines[:first], *instead, *lines[last:]])
