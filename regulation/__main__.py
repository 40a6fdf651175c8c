"""``python -m regulation``: the engine on files, for a regional office and for tests (docs/rules.md).

Exit status: 0 done; 1 a file cannot be used, or ``check`` found an error or a conflict; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from regulation import batch
from regulation.archive import ArchiveError, InvalidOrdersError
from regulation.inputs import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

_AMS_HELP = "archive ZIP, ou dossier, de fichiers <cid>.json"
_OUTPUT_HELP = "fichier JSON Lines à écrire"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    _speak_utf8()
    try:
        status: int = options.run(options)
    except (ArchiveError, InvalidOrdersError, InputError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m regulation", description="Moteur réglementaire, par lots."
    )
    commands = parser.add_subparsers(required=True, metavar="commande")
    applicable = _command(commands, "applicable", "arrêtés ministériels de chaque installation", _applicable)
    applicable.add_argument(
        "--classements", type=Path, required=True, help="classements des installations (CSV)"
    )
    applicable.add_argument("--output", type=Path, required=True, help=_OUTPUT_HELP)
    personalise = _command(
        commands, "personalise", "arrêtés tels qu'ils se lisent sous des paramètres", _personalise
    )
    personalise.add_argument(
        "--requests", type=Path, required=True, help='demandes {"cid", "parameters"} (JSON Lines)'
    )
    personalise.add_argument("--output", type=Path, required=True, help=_OUTPUT_HELP)
    topics = _command(commands, "topics", "thèmes de chaque section", _topics)
    topics.add_argument("--output", type=Path, required=True, help=_OUTPUT_HELP)
    alineas = _command(commands, "alineas", "alinéas que l'on peut citer", _alineas)
    alineas.add_argument("--output", type=Path, required=True, help=_OUTPUT_HELP)
    check = _command(commands, "check", "erreurs, conflits, avertissements et notes", _check)
    check.add_argument("--output", type=Path, help="constats, aussi en JSON Lines")
    return parser


class _Run(Protocol):
    def __call__(self, options: argparse.Namespace, /) -> int: ...


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str, run: _Run
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what)
    parser.add_argument("--ams", type=Path, required=True, help=_AMS_HELP)
    parser.set_defaults(run=run)
    return parser


def _applicable(options: argparse.Namespace) -> int:
    count = batch.write_applicable(options.ams, options.classements, options.output)
    return _done(f"{count} installation(s) : {options.output}")


def _personalise(options: argparse.Namespace) -> int:
    count = batch.write_personalised(options.ams, options.requests, options.output)
    return _done(f"{count} lecture(s) : {options.output}")


def _topics(options: argparse.Namespace) -> int:
    return _done(f"{batch.write_topics(options.ams, options.output)} arrêté(s) : {options.output}")


def _alineas(options: argparse.Namespace) -> int:
    return _done(f"{batch.write_alineas(options.ams, options.output)} alinéa(s) : {options.output}")


def _check(options: argparse.Namespace) -> int:
    report = batch.check(options.ams)
    if options.output:
        batch.write_lines(options.output, map(batch.finding_document, report.findings))
    for line in batch.finding_lines(report):
        sys.stdout.write(f"{line}\n")
    return 1 if report.blocks else 0


def _done(message: str) -> int:
    sys.stdout.write(f"{message}\n")
    return 0


def _speak_utf8() -> None:
    """Sentences go out in UTF-8 whatever the locale; a file name that is not text is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
