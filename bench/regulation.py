"""The rows on ministerial orders of the table of speeds: reading, listing, personalising.

One process, no database. With ENVINORMA_DATA the real orders and the real installations of Île-de-France;
without it the demo's orders and invented installations, so that the rows exist everywhere (then without the
original's figures).
"""

import csv
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.measure import Row, measure
from bench.real_data import real_data_folder
from regulation.applicability import OrderIndex, parameters_for
from regulation.archive import entries
from regulation.classement import Classement
from regulation.conditions import Parameter, Value
from regulation.inputs import read_classements
from regulation.order import Binding, Order
from regulation.order_file import read_order
from regulation.personalise import Personaliser

DEMO_AMS = Path(__file__).resolve().parents[1] / "demo" / "ams"
INVENTED = 2_000
REPEATS = 5
LISTING_SECONDS, PERSONALISING_SECONDS = 18.5, 440.0  # the original, for all of Île-de-France
READING_BOUND, LISTING_BOUND, PERSONALISING_BOUND = 5, 25, 10

Pair = tuple[str, dict[Parameter, Value]]


@dataclass(frozen=True)
class Case:
    """Orders with their files' bytes, and the classements of each installation."""

    name: str
    files: Sequence[tuple[str, bytes]]
    orders: Sequence[Order]
    installations: Sequence[Sequence[Classement]]
    is_real: bool


def rows() -> Iterator[Row]:
    """Give the rows, each beside its limit measured in the same process."""
    case = _case()
    yield _reading(case)
    yield _listing(case)
    yield from _personalising(case)


def _case() -> Case:
    data = real_data_folder()
    files = [(entry.name, entry.data) for entry in entries(data / "ams.zip" if data else DEMO_AMS)]
    orders = [read_order(content, name) for name, content in files]
    if not data:
        return Case("demo orders, invented installations", files, orders, _invented(orders), is_real=False)
    return Case("real Île-de-France", files, orders, _real(data / "idf"), is_real=True)


def _real(folder: Path) -> list[list[Classement]]:
    """The classements of each installation, of those without any too."""
    classements = read_classements(folder / "classements_idf.csv")
    with (folder / "installations_idf.csv").open(encoding="utf-8", newline="") as stream:
        return [classements.get(row["s3ic_id"], []) for row in csv.DictReader(stream)]


def _invented(orders: Sequence[Order]) -> list[list[Classement]]:
    """Installations of one to twelve lines under the rubriques that the orders are bound to."""
    dice = random.Random(1)
    bindings = [binding for order in orders for binding in order.bindings]
    return [
        [_invented_line(dice, binding) for binding in dice.choices(bindings, k=dice.randint(1, 12))]
        for _ in range(INVENTED)
    ]


def _invented_line(dice: random.Random, binding: Binding) -> Classement:
    return Classement(
        binding.rubrique,
        binding.regime,
        alinea=dice.choice([*sorted(binding.alineas), "1", ""]),
        date_mise_en_service=date(dice.randint(1960, 2024), 1, 1),
        volume=f"{dice.randint(1, 90_000)}.000",
    )


def _reading(case: Case) -> Row:
    megabytes = sum(len(content) for _, content in case.files) / 1_000_000
    return _row(
        f"reading {len(case.files)} orders, {megabytes:.1f} MB ({case.name})",
        work=lambda: [read_order(content, name) for name, content in case.files],
        limit="decoding the JSON",
        limit_work=lambda: [json.loads(content) for _, content in case.files],
        bound=READING_BOUND,
    )


def _listing(case: Case) -> Row:
    index = OrderIndex(case.orders)
    keys = {(binding.rubrique, binding.regime): order for order in case.orders for binding in order.bindings}
    return _row(
        f"orders listed for {len(case.installations):,} installations ({case.name})",
        work=lambda: [index.list_orders(lines) for lines in case.installations],
        limit="an index lookup for each classement",
        limit_work=lambda: [
            [keys.get((line.rubrique, line.regime)) for line in lines] for lines in case.installations
        ],
        bound=LISTING_BOUND,
        original_seconds=LISTING_SECONDS if case.is_real else None,
    )


def _personalising(case: Case) -> Iterator[Row]:
    """Every (installation, order) pair, parameters gathered, then every distinct (order, parameters)."""
    index = OrderIndex(case.orders)
    everything = [
        (listed.order, lines) for lines in case.installations for listed in index.list_orders(lines)
    ]
    pairs: list[Pair] = [(order.cid, parameters_for(order, lines)) for order, lines in everything]
    distinct = list({(cid, tuple(sorted(found.items()))): (cid, found) for cid, found in pairs}.values())
    prepared = {order.cid: Personaliser(order) for order in case.orders}

    def personalise_all(asked: Callable[[], Sequence[Pair]]) -> list[Order]:
        readers = {order.cid: Personaliser(order) for order in case.orders}
        return [readers[cid].personalise(parameters) for cid, parameters in asked()]

    yield _row(
        f"{len(everything):,} (installation, order) pairs personalised ({case.name})",
        work=lambda: personalise_all(
            lambda: [(order.cid, parameters_for(order, lines)) for order, lines in everything]
        ),
        limit="evaluating the conditions only",
        limit_work=lambda: [prepared[cid].outcomes(parameters) for cid, parameters in pairs],
        original_seconds=PERSONALISING_SECONDS if case.is_real else None,
        note="orders prepared and parameters gathered each time",
    )
    yield _row(
        f"{len(distinct):,} distinct (order, parameters) pairs personalised ({case.name})",
        work=lambda: personalise_all(lambda: distinct),
        limit="evaluating the conditions only",
        limit_work=lambda: [prepared[cid].outcomes(parameters) for cid, parameters in distinct],
        bound=PERSONALISING_BOUND,
        note="orders prepared each time",
    )


def _row(
    name: str,
    *,
    work: Callable[[], object],
    limit: str,
    limit_work: Callable[[], object],
    bound: float | None = None,
    original_seconds: float | None = None,
    note: str = "",
) -> Row:
    cost = measure(work, repeats=REPEATS, warm=True)
    limit_seconds = measure(limit_work, repeats=REPEATS, warm=True).seconds
    return Row(name, cost, limit, limit_seconds, bound, original_seconds, note)
