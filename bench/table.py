"""The figures as tables for the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]
HEADINGS = ("work", "ours", "peak", "limit", "ours/limit", "bound", "original", "faster", "limit is")


def render_table(figures: Iterable[Figures]) -> str:
    """Return the table of one run; a row over its bound is marked."""
    return render([HEADINGS, *map(cells, figures)])


def cells(row: Figures) -> tuple[str, ...]:
    """Return the cells of one row."""
    bound, original, faster = row["bound"], row["original_seconds"], row["times_faster"]
    over = bound is not None and row["ratio_to_limit"] > bound
    return (
        row["name"],
        seconds(row["cost"]["seconds"]),
        f"{row['cost']['peak_mb']:.0f} MB",
        seconds(row["limit_seconds"]),
        f"{row['ratio_to_limit']:.1f}{' !' if over else ''}",
        f"≤ {bound:g}" if bound is not None else "",
        seconds(original) if original is not None else "",
        f"{faster:.0f} times" if faster is not None else "",
        "; ".join(part for part in (row["limit"], row["note"]) if part),
    )


def render_comparison(before: Sequence[Figures], after: Sequence[Figures]) -> str:
    """Return what two runs have in common, with the change of ours and of our ratio to the limit."""
    old = {row["name"]: row for row in before}
    headings = ("work", "before", "after", "change", "ratio before", "ratio after")
    return render([headings, *(compared(old[row["name"]], row) for row in after if row["name"] in old)])


def compared(before: Figures, after: Figures) -> tuple[str, ...]:
    """Return the cells of one row of a comparison."""
    change = after["cost"]["seconds"] / before["cost"]["seconds"] - 1
    return (
        after["name"],
        seconds(before["cost"]["seconds"]),
        seconds(after["cost"]["seconds"]),
        f"{change:+.0%}",
        f"{before['ratio_to_limit']:.1f}",
        f"{after['ratio_to_limit']:.1f}",
    )


def seconds(value: float) -> str:
    """Return a time in the unit that reads best."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def render(lines: Sequence[Sequence[str]]) -> str:
    """Return lines of cells under each other."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )
