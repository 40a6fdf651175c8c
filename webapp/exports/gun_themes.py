"""The themes of the GUN tool, from a file that operators edit: `theme;sujets`, one theme a line."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from etl.errors import SettingsError
from regulation.topics import Topic

DEFAULT_FILE = Path(__file__).parent / "gun_themes.csv"
HEADER = ["theme", "sujets"]
#: The theme of every topic that no line names.
OTHER = "Autre"
YEAR = "{annee}"


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes to choose from, in the order of the file, and that of each topic that has one."""

    names: tuple[str, ...]
    by_topic: Mapping[Topic, str]

    def of(self, topic: Topic) -> str:
        """Return the theme of a topic."""
        return self.by_topic.get(topic, OTHER)

    def in_year(self, year: int) -> tuple[str, ...]:
        """Return the themes to choose from in a year."""
        return tuple(name.replace(YEAR, str(year)) for name in self.names)


def read_themes(path: Path) -> Themes:
    """Return the themes of a file.

    Raises:
        SettingsError: the file is missing or cannot be used; the sentence names the line.
    """
    names: list[str] = []
    by_topic: dict[Topic, str] = {}
    for number, (name, topics) in _lines(path):
        if not name or name in names:
            raise SettingsError(
                f"{path}, line {number}: the theme is {'given twice' if name else 'empty'}. Give each theme "
                "one line, then start again."
            )
        names.append(name)
        for topic in topics.split():
            by_topic[_topic(topic, by_topic, f"{path}, line {number}")] = name
    if OTHER not in names:
        raise SettingsError(f"{path}: the theme « {OTHER} » has no line, topics without a theme need it.")
    return Themes(tuple(names), by_topic)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [[field.strip() for field in row] for row in csv.reader(stream, delimiter=";")]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file of GUN themes {path} cannot be read: {error}.") from None
    if not rows or rows[0] != HEADER:
        raise SettingsError(f"{path}, line 1: the header must be `{';'.join(HEADER)}`.")
    for number, row in enumerate(rows[1:], 2):
        if len(row) not in {0, 2}:
            raise SettingsError(f"{path}, line {number}: {len(row)} fields instead of 2, separated by `;`.")
        if row:
            yield number, row


def _topic(name: str, taken: Mapping[Topic, str], place: str) -> Topic:
    if name not in Topic.__members__:
        raise SettingsError(f"{place}: « {name} » is no topic. Those are: {', '.join(Topic.__members__)}.")
    topic = Topic[name]
    if topic in taken:
        raise SettingsError(f"{place}: the topic {name} has the theme « {taken[topic]} » already.")
    return topic
