"""The command line: files in, files out, and a clear sentence for each thing that can be wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from regulation.__main__ import main
from tests.unit.regulation import fictitious as f

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[3]


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "sortie.jsonl"


@pytest.mark.parametrize(
    ("command", "inputs", "expected"),
    [
        ("applicable", ["--classements", str(DATA / "classements.csv")], "applicable.jsonl"),
        ("personalise", ["--requests", str(DATA / "requests.jsonl")], "personalised.jsonl"),
        ("topics", [], "topics.jsonl"),
        ("alineas", [], "alineas.jsonl"),
    ],
)
def test_the_demo_orders_answer_as_recorded(
    command: str, inputs: list[str], expected: str, demo_ams: Path, output: Path
) -> None:
    """The recorded answers were read against the rules, line by line."""
    assert main([command, "--ams", str(demo_ams), *inputs, "--output", str(output)]) == 0
    assert lines(output) == lines(DATA / expected)
    assert [file.name for file in output.parent.iterdir()] == [output.name]


def test_a_zip_answers_as_its_folder(demo_ams: Path, output: Path) -> None:
    archive = output.with_name("ams.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as stream:
        for file in demo_ams.iterdir():
            stream.write(file, file.name)
    assert main(["topics", "--ams", str(archive), "--output", str(output)]) == 0
    assert lines(output) == lines(DATA / "topics.jsonl")


def test_the_demo_orders_pass_the_check(
    demo_ams: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--ams", str(demo_ams), "--output", str(output)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "8 arrêtés : 0 erreur, 0 conflit, 1 avertissement, 2 notes."
    assert sorted(line["level"] for line in lines(output)) == ["note", "note", "warning"]
    assert [set(line) for line in lines(output)] == [{"level", "cid", "section_id", "text", "example"}] * 3
    assert len(told) == 4


def folder(tmp_path: Path, *sections: f.Document, **values: object) -> Path:
    made = tmp_path / "ams"
    made.mkdir()
    (made / "JORFTEXT999999999901.json").write_bytes(f.data(f.order_document(*sections, **values)))
    return made


def test_what_a_terminal_would_obey_is_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = f.inapplicability(f.both(f.eq("alinea", "1\n\x1b[2J"), f.eq("alinea", "2")))
    ams = folder(tmp_path, f.section("S1", title="Titre\nERREUR \x1b[31mfausse", inapplicabilities=[rule]))
    assert main(["check", "--ams", str(ams)]) == 0
    told = capsys.readouterr().out
    assert len(told.splitlines()) == 2
    assert "\x1b" not in told


def test_a_conflict_fails_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = [f.inapplicability(f.eq("regime", "E"), [0]), f.inapplicability(f.eq("rubrique", "1510"))]
    ams = folder(tmp_path, f.section("S1", inapplicabilities=rules))
    assert main(["check", "--ams", str(ams)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("CONFLIT JORFTEXT999999999901, section S1 « Article S1 » : ")
    assert told[1] == "1 arrêté : 0 erreur, 1 conflit, 0 avertissement, 0 note."


def test_the_check_names_every_unreadable_order_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ams = folder(tmp_path, f.section("S1", title=" "))
    bad = f.order_document(f.section("S2", alineas=[{"texte": "?"}]), cid="JORFTEXT999999999902")
    (ams / "JORFTEXT999999999902.json").write_bytes(f.data(bad))
    (ams / "JORFTEXT999999999903.json").write_bytes(b"{")
    assert main(["check", "--ams", str(ams)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "ERREUR JORFTEXT999999999902, section S2 : sections[0].outer_alineas[0] : clé « text » absente.",
        "ERREUR JORFTEXT999999999903 : n'est pas un JSON valide (ligne 1, colonne 2).",
        "AVERTISSEMENT JORFTEXT999999999901, section S1 : cette section n'a pas de titre.",
        "3 arrêtés : 2 erreurs, 0 conflit, 1 avertissement, 0 note.",
    ]


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(argument) for argument in arguments]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    return told.err


HEADER = "s3ic_id,rubrique,alinea,regime,date_autorisation,date_mise_en_service,volume\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "colonne absente : s3ic_id, rubrique, regime, alinea, date_autorisation"),
        (b"s3ic_id;rubrique\n", "les colonnes sont séparées par des virgules"),
        (HEADER.replace("volume", "quantite").encode(), "colonne absente : volume"),
        (f"{HEADER}0099.1,1510,,S,,,\n".encode(), "ligne 2, regime : régime « S » inconnu"),
        (
            f"{HEADER}\n0099.1,1510,,E,2010-1-1,,\n".encode(),
            "ligne 3, date_autorisation : « 2010-1-1 » n'est pas",
        ),
        (
            f"{HEADER}0099.1,1510,,E,,bientôt,\n".encode(),
            "ligne 2, date_mise_en_service : « bientôt » n'est pas",
        ),
        (f"{HEADER}0099.1,1510,,E\n".encode(), "ligne 2, le nombre de colonnes n'est pas celui de l'en-tête"),
        (f"{HEADER}0099.1,1510,,E,,,,,\n".encode(), "ligne 2, le nombre de colonnes"),
        (f"{HEADER},1510,,E,,,\n".encode(), "ligne 2, colonne s3ic_id : s3ic_id est vide"),
        (f"{HEADER}é,1510,,E,,,\n".encode("latin-1"), "n'est pas en UTF-8"),
        (f'{HEADER}"0099.1,1510'.encode(), "n'est pas un CSV lisible"),
        (f"{HEADER}0099.1,{'1' * 200_000},,E,,,\n".encode(), "n'est pas un CSV lisible"),
    ],
)
def test_bad_classements(
    content: bytes, sentence: str, demo_ams: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = output.with_name("classements.csv")
    file.write_bytes(content)
    told = refusal(capsys, "applicable", "--ams", demo_ams, "--classements", file, "--output", output)
    assert told.startswith(str(file))
    assert sentence in told
    assert not output.exists()


def test_classements_with_a_byte_order_mark(demo_ams: Path, output: Path) -> None:
    file = output.with_name("classements.csv")
    file.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}0099.1,1510,1,A,,,90\n".encode())
    assert (
        main(["applicable", "--ams", str(demo_ams), "--classements", str(file), "--output", str(output)]) == 0
    )
    assert [line["s3ic_id"] for line in lines(output)] == ["0099.1"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "ligne 1, n'est pas un JSON valide"),
        (b"\n[]\n", "ligne 2, attendu : un objet, trouvé : une liste"),
        (b'{"cid": "JORFTEXT900000000001"}', "ligne 1, clé « parameters » absente"),
        (b'{"cid": "x", "parameters": {}}', "ligne 1, cid : identifiant « x » invalide"),
        (
            b'{"cid": "JORFTEXT000000000000", "parameters": {}}',
            "cid : JORFTEXT000000000000 n'est pas dans",
        ),
        (
            b'{"cid": "JORFTEXT900000000001", "parameters": {"regime": 1}}',
            "parameters.regime : attendu : un texte",
        ),
        (
            b'{"cid": "JORFTEXT900000000001", "parameters": {"quantite-rubrique": NaN}}',
            "ligne 1, contient NaN, qui n'est pas un nombre",
        ),
        (b'{"cid": "JORFTEXT900000000001", "parameters": {"\\ud800": null}}', "paramètre « "),
    ],
)
def test_bad_requests(
    content: bytes, sentence: str, demo_ams: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = output.with_name("demandes.jsonl")
    file.write_bytes(content)
    told = refusal(capsys, "personalise", "--ams", demo_ams, "--requests", file, "--output", output)
    assert told.startswith(str(file))
    assert sentence in told
    assert sorted(path.name for path in output.parent.iterdir()) == [file.name]


def test_a_bad_request_leaves_the_output_of_before(demo_ams: Path, output: Path) -> None:
    output.write_text("avant")
    file = output.with_name("demandes.jsonl")
    file.write_text('{"cid": "JORFTEXT900000000001", "parameters": {}}\n{"cid": 3}\n')
    assert (
        main(["personalise", "--ams", str(demo_ams), "--requests", str(file), "--output", str(output)]) == 1
    )
    assert output.read_text() == "avant"


def test_a_bad_order_is_named(tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ams = folder(tmp_path, f.section("S1", inapplicabilities=[f.inapplicability({"type": "NEVER"})]))
    told = refusal(capsys, "topics", "--ams", ams, "--output", output)
    assert told.startswith(
        "JORFTEXT999999999901.json, sections[0].parametrization.potential_inapplicabilities[0]"
    )
    assert "condition.type (section S1) : type de condition « NEVER » inconnu" in told


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path / "absent" / "x.jsonl", "ce chemin n'existe pas"),
        (lambda path: path, "impossible à écrire"),
        (lambda path: path / "fichier" / "x.jsonl", "ce chemin passe par un fichier"),
    ],
)
def test_an_output_that_cannot_be_written(
    make: object, sentence: str, demo_ams: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(make)
    (tmp_path / "fichier").touch()
    target = make(tmp_path)
    told = refusal(capsys, "topics", "--ams", demo_ams, "--output", target)
    assert told.startswith(f"{target} : ")
    assert sentence in told


@pytest.mark.parametrize("option", ["--ams", "--classements", "--requests"])
def test_an_input_that_does_not_exist(
    option: str, demo_ams: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = "personalise" if option == "--requests" else "applicable"
    given = {"--ams": demo_ams, "--output": output}
    given |= {} if option == "--requests" else {"--classements": DATA / "classements.csv"}
    given[option] = output.with_name("absent")
    told = refusal(capsys, command, *(word for pair in given.items() for word in pair))
    assert told == f"{output.with_name('absent')} : impossible à lire (ce chemin n'existe pas).\n"


@pytest.mark.parametrize(
    "arguments", [[], ["inconnue"], ["topics"], ["check", "--ams"], ["check", "--ams", "x", "y"]]
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m regulation" in capsys.readouterr().err


def test_the_module_runs_alone_in_any_locale(demo_ams: Path, tmp_path: Path) -> None:
    """No database, no environment, not even UTF-8 around it."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "regulation", "check", "--ams", str(demo_ams)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").splitlines()[-1].startswith("8 arrêtés : 0 erreur")


def test_only_the_standard_library_is_imported() -> None:
    script = (
        "import sys; before = set(sys.modules); import regulation.__main__, regulation.markup; "
        "new = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names) - {'regulation'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=60, check=True, text=True
    )
    assert done.stdout.strip() == "[]"
