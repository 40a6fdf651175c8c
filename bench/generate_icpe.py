"""Generate an S3IC extraction of any size in the proportions of the real one; same seed, same bytes.

`python -m bench.generate_icpe 100000 /tmp/icpe` writes the two files that step 1 reads.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

ESTABLISHMENTS_FILE = "s3ic-liste-etablissements.csv"
CLASSEMENTS_FILE = "sic-liste-rubriques.csv"
LINES_EACH = 6.34
REPEATED_SHARE = 0.039
REPEATED_LINES_SHARE = 0.0125
# Sites that are not published have few lines left.
LINES_OF_UNPUBLISHED = 0.23
PUBLISHED_SHARE = 0.706
CITIES = 4_000
FIRST_DAY, LAST_DAY = np.datetime64("1965-01-01"), np.datetime64("2025-12-01")

Texts = npt.NDArray[np.object_]

TRADES = (
    "TRANSPORTS", "CARRIERES", "ENTREPOTS", "GARAGE", "SCIERIE", "FONDERIE", "LAITERIE", "BETON",
    "RECYCLAGE", "COOPERATIVE", "PAPETERIE", "IMPRIMERIE", "DISTILLERIE", "VERRERIE", "GRANULATS",
    "SILOS", "ELEVAGE", "CHIMIE", "METAUX", "PLASTIQUES", "ENROBES", "CHAUFFERIE", "BLANCHISSERIE",
    "STATION", "LOGISTIQUE", "Société", "Établissements",
)  # fmt: skip
SYLLABLES = (
    "BA", "BEL", "BOR", "CHAN", "COR", "DAL", "DES", "FAN", "FER", "GAL", "GRI", "HAR", "JOL", "LAN",
    "LOU", "MAR", "MER", "MON", "NAV", "NOR", "PEL", "PIR", "QUIN", "RAM", "ROS", "SAL", "SER", "TAL",
    "TOR", "VAL", "VER", "VIL",
)  # fmt: skip
ENDINGS = ("AC", "AY", "EAU", "ERON", "ET", "IER", "IN", "OIS", "ON", "OUX", "UC", "Y")
DEPARTMENTS = (*(f"{number:02d}" for number in range(1, 96) if number != 20), "971", "972", "974")
IDF = ("75", "77", "78", "91", "92", "93", "94", "95")
RUBRIQUES = (
    "2910", "2925", "1510", "1432", "2663", "1185", "1530", "2710", "1435", "2515", "4510", "1532",
    "2662", "2565", "2921", "2560", "2517", "2760", "2102", "4331", "2940", "2714", "2716", "2713",
    "2171", "1412", "3532", "4120", "4715", "4718", "4725", "4734", "4755", "253", "211", "167",
    *(str(number) for number in range(1111, 3000, 10)),
)  # fmt: skip
ALINEAS = ("", "1", "2", "2-a", "2-b", "A-2", "1-a", "1-b", "#", "a", "3", "b", "A-1-a")
UNITS = ("m3", "t", "", "kW", "t/j", "MW", "kg", "m2", "L", "kg/j", "m3/h", "t/an", "l", "u")


@dataclass(frozen=True, slots=True)
class Draw:
    """A seeded source of columns."""

    random: np.random.Generator
    rows: int

    def of(self, values: tuple[str, ...], weights: tuple[float, ...] | None = None) -> Texts:
        """Return a column of values drawn by weight (the earlier the likelier where none is given)."""
        chances = np.array(weights or 1 / np.arange(1, len(values) + 1))
        return np.array(values, object)[self.random.choice(len(values), self.rows, p=chances / chances.sum())]

    def days(self, empty: float, placeholder: float) -> Texts:
        """Return a column of ISO dates, a share of them empty and a share 1814-11-23."""
        span = int((LAST_DAY - FIRST_DAY).astype(int))
        days = (FIRST_DAY + self.random.integers(0, span, self.rows)).astype(str).astype(object)
        share = self.random.random(self.rows)
        days[share < placeholder] = "1814-11-23"
        days[share > 1 - empty] = ""
        return days


def generate_icpe(
    folder: Path,
    establishments: int,
    *,
    seed: int = 20260101,
    published_share: float = PUBLISHED_SHARE,
    lines_each: float = LINES_EACH,
) -> tuple[Path, Path]:
    """Write both files into a folder and return their paths.

    Args:
        folder: made if it is not there.
        establishments: distinct sites.
        seed: of everything random.
        published_share: share of the sites whose regime and state are published.
        lines_each: classement lines for each site, on average.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    sites = _establishments(Draw(random, establishments), published_share)
    lines = _classements(Draw(random, round(establishments * lines_each / (1 + REPEATED_LINES_SHARE))), sites)
    paths = folder / ESTABLISHMENTS_FILE, folder / CLASSEMENTS_FILE
    for path, frame, share in zip(paths, (sites, lines), (REPEATED_SHARE, REPEATED_LINES_SHARE), strict=True):
        repeated = pd.concat([frame, frame.sample(frac=share, random_state=seed)])
        repeated.sample(frac=1, random_state=seed).to_csv(path, sep=";", index=False, lineterminator="\n")
    return paths


def _establishments(draw: Draw, published_share: float) -> pd.DataFrame:
    random, rows = draw.random, draw.rows
    cities = _cities(random)
    place = random.zipf(1.3, rows) % CITIES
    department = cities["department"].to_numpy()[place]
    in_idf = np.isin(department, IDF)
    is_placed = random.random(rows) > 0.006
    is_published = random.random(rows) < published_share
    regimes = draw.of(("E", "A", "2", "S"), (50, 44, 3, 3))
    other_regimes = draw.of(("3", "NC", "D", "DC", "1", ""), (1, 1, 1, 1, 1, 1))
    has_other_regime = ~is_published & (random.random(rows) < 0.6)
    states = draw.of(("En fonctionnement", "En construction"), (96, 4))
    other_states = draw.of(("A l'arrêt", "Cessation déclarée", "Récolement fait", ""), (2, 2, 2, 2))
    return pd.DataFrame(
        {
            "code_s3ic": _ids(random, rows),
            "region": np.where(in_idf, "ILE DE FRANCE", "REGION " + department.astype(str)),
            "département": "DEPARTEMENT " + department.astype(str),
            "commune_principale": cities["name"].to_numpy()[place],
            "raison_sociale": _names(draw),
            "coordonnées_géographiques_x": np.where(
                is_placed, random.integers(1e5, 12e5, rows).astype(str), ""
            ),
            "coordonnées_géographiques_y": np.where(
                is_placed, random.integers(61e5, 71e5, rows).astype(str), ""
            ),
            "date_inspection": draw.days(empty=0.067, placeholder=0.001),
            "régime_etab_en_vigueur": np.where(has_other_regime, other_regimes, regimes),
            "statut_seveso": draw.of(("NS", "SSB", "SSH"), (965, 21, 14)),
            "famille": draw.of(("industrie", "carriere", "bovins", "porcs", "volailles"), (90, 4, 2, 2, 2)),
            "état_de_l_activité": np.where(~is_published & ~has_other_regime, other_states, states),
            "code_postal": cities["code_postal"].to_numpy()[place],
            "code_insee_commune": cities["code_insee"].to_numpy()[place],
            "code_naf": draw.of(("", "38.32Z", "08.12Z", "25.61Z", "35.30Z"), (757, 60, 61, 61, 61)),
        }
    )


def _classements(draw: Draw, sites: pd.DataFrame) -> pd.DataFrame:
    random, rows = draw.random, draw.rows
    is_published = sites["régime_etab_en_vigueur"].isin(["A", "E", "S", "2"])
    is_published &= sites["état_de_l_activité"].isin(["En fonctionnement", "En construction"])
    weights = random.gamma(0.8, size=len(sites)) * np.where(is_published, 1, LINES_OF_UNPUBLISHED)
    rubriques = draw.of(RUBRIQUES)
    labels = np.array(
        [f"Activité de la rubrique {rubrique}, libellé court" for rubrique in RUBRIQUES], object
    )
    label_of = dict(zip(RUBRIQUES, labels, strict=True))
    regimes = ("NC", "E", "DC", "D", "A")
    return pd.DataFrame(
        {
            "code_s3ic": random.choice(sites["code_s3ic"].to_numpy(), rows, p=weights / weights.sum()),
            "rubrique_envigueur": rubriques,
            "alinéa_envigueur": draw.of(ALINEAS),
            "régime_envigueur": draw.of(regimes, (27, 19, 19, 18, 17)),
            "libellé_court_envigueur": pd.Series(rubriques).map(label_of).to_numpy(),
            "date_acte_rub_en_vigueur": draw.days(empty=0.063, placeholder=0.106),
            "date_début_exploitation_rub": draw.days(empty=0.25, placeholder=0.044),
            "date_dernière_modification_notable_rub": draw.days(empty=0.33, placeholder=0.001),
            "état_technique": draw.of(
                ("En fonctionnement", "En projet", "Reprise", "A l'arrêt"), (922, 27, 26, 25)
            ),
            "rubrique_autorisé": np.where(random.random(rows) < 0.9, rubriques, draw.of(RUBRIQUES)),
            "alinéa_autorisé": draw.of(ALINEAS),
            "régime_autorisé": draw.of(
                (*regimes, "1", "2", "S", "3"), (27, 11, 18, 18, 25, 0.3, 0.3, 0.2, 0.2)
            ),
            "quantité": _volumes(random, rows),
            "unité": draw.of(UNITS),
        }
    )


def _volumes(random: np.random.Generator, rows: int) -> Texts:
    """Return volumes with three decimals: a fifth measured, the others round figures, some of them zero."""
    volumes = random.lognormal(5, 3, rows)
    is_round = random.random(rows) < 0.8
    magnitudes = 10 ** np.floor(np.log10(volumes))
    volumes[is_round] = (np.round(volumes / magnitudes) * magnitudes)[is_round]
    volumes[random.random(rows) < 0.064] = 0
    return np.char.mod("%.3f", volumes).astype(object)


def _ids(random: np.random.Generator, rows: int) -> Texts:
    numbers = random.choice(max(rows * 3, 1_000), rows, replace=False)
    return np.array([f"{number // 60_000 + 51:04d}.{number % 60_000:05d}" for number in numbers], object)


def _names(draw: Draw) -> Texts:
    words = _words(draw.random, 30_000)
    rare = words[draw.random.integers(0, len(words), draw.rows)]
    common = words[draw.random.zipf(1.4, draw.rows) % 500]
    names = draw.of(TRADES) + " " + np.where(draw.random.random(draw.rows) < 0.5, rare, rare + " " + common)
    is_quoted = draw.random.random(draw.rows) < 0.0015
    names[is_quoted] = names[is_quoted] + ' "LE CLOS"'
    return np.array([name[:40] for name in names], object)


def _words(random: np.random.Generator, count: int) -> Texts:
    parts = [np.array(SYLLABLES, object)[random.integers(0, len(SYLLABLES), count)] for _ in range(2)]
    ends = np.array(ENDINGS, object)[random.integers(0, len(ENDINGS), count)]
    return np.unique(parts[0] + parts[1] + ends)


def _cities(random: np.random.Generator) -> pd.DataFrame:
    words = _words(random, 3 * CITIES)
    departments = np.array(DEPARTMENTS, object)[random.integers(0, len(DEPARTMENTS), CITIES)]
    numbers = random.integers(1, 900, CITIES)
    prefixes = np.array(["", "", "", "ST ", "LA ", "VILLE DE "], object)[random.integers(0, 6, CITIES)]
    return pd.DataFrame(
        {
            "name": prefixes + words[random.integers(0, len(words), CITIES)],
            "department": departments,
            "code_postal": [
                f"{department}{number // 10 * 10:03d}"[:5].ljust(5, "0")
                for department, number in zip(departments, numbers, strict=True)
            ],
            "code_insee": [
                f"{department}{number:03d}"[:5]
                for department, number in zip(departments, numbers, strict=True)
            ],
        }
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("establishments", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    for written in generate_icpe(arguments.folder, arguments.establishments):
        print(written)
