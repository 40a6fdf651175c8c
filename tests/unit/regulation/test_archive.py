"""Archives of orders: what is read, and what a hostile one is refused for."""

from __future__ import annotations

import io
import random
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from regulation import archive
from regulation.archive import ArchiveError, InvalidOrdersError, read_archive, read_orders
from tests.unit.regulation import fictitious as f

if TYPE_CHECKING:
    from pathlib import Path

CIDS = ["JORFTEXT999999999901", "LEGITEXT999999999902"]


def order_data(cid: str = CIDS[0]) -> bytes:
    return f.data(f.order_document(f.section("S1"), cid=cid))


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries:
            file.writestr(name, data)
    stream.seek(0)
    return stream


def refusal(stream: io.BytesIO) -> str:
    with pytest.raises(ArchiveError) as caught:
        read_archive(stream, "latest.zip")
    assert str(caught.value).startswith("latest.zip : ")
    return str(caught.value)


def test_a_zip_and_a_folder_give_the_same_orders(tmp_path: Path) -> None:
    for cid in CIDS:
        (tmp_path / f"{cid}.json").write_bytes(order_data(cid))
    (tmp_path / "LISEZ-MOI.txt").write_text("rien")
    file = tmp_path / "ams.zip"
    file.write_bytes(zipped(*((f"{cid}.json", order_data(cid)) for cid in reversed(CIDS))).getvalue())
    assert [order.cid for order in read_orders(file)] == CIDS
    assert read_orders(file) == read_orders(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../JORFTEXT999999999901.json",
        "/JORFTEXT999999999901.json",
        "ams/JORFTEXT999999999901.json",
        "..\\JORFTEXT999999999901.json",
        "JORFTEXT999999999901.json/",
        "JORFTEXT999999999901",
        "JORFTEXT999999999901.JSON",
        "jorftext999999999901.json",
        "FAKE.json",
        "C:JORFTEXT999999999901.json",
        "JORFTEXT999999999901.json\nautre.json",
        "__MACOSX/._JORFTEXT999999999901.json",
    ],
)
def test_only_flat_names_of_orders_are_accepted(name: str) -> None:
    sentence = refusal(zipped((name, order_data())))
    assert "n'a pas un nom de la forme <cid>.json" in sentence
    assert "\n" not in sentence


def test_a_name_with_a_nul_is_refused() -> None:
    data = zipped(("JORFTEXT999999999901.jsonXX", order_data())).getvalue()
    stream = io.BytesIO(data.replace(b".jsonXX", b".json\0X"))
    assert "n'a pas un nom de la forme" in refusal(stream)


def test_an_entry_may_come_once() -> None:
    name = f"{CIDS[0]}.json"
    with pytest.warns(UserWarning, match="Duplicate name"):
        stream = zipped((name, order_data()), (name, order_data()))
    assert "s'y trouve deux fois" in refusal(stream)


def test_a_symbolic_link_is_refused() -> None:
    info = zipfile.ZipInfo(f"{CIDS[0]}.json")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "n'est pas un fichier ordinaire" in refusal(zipped((info, b"/etc/passwd")))


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(zipped((f"{CIDS[0]}.json", order_data())).getvalue())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "est chiffrée" in refusal(io.BytesIO(bytes(data)))


def test_a_compression_bomb_is_refused() -> None:
    assert "est comprimée plus de 100 fois" in refusal(zipped((f"{CIDS[0]}.json", b" " * 10_000_000)))


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = zipped(*((f"{cid}.json", order_data(cid)) for cid in CIDS))
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", len(order_data()) + 1)
    assert "le contenu dépasse" in refusal(stream)
    monkeypatch.setattr(archive, "MAX_ENTRY_BYTES", len(order_data()) - 1)
    assert f"« {CIDS[0]}.json » dépasse" in refusal(stream)
    monkeypatch.setattr(archive, "MAX_ENTRIES", 1)
    assert "plus de 1 entrées" in refusal(stream)


def test_a_folder_is_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for cid in CIDS:
        (tmp_path / f"{cid}.json").write_bytes(order_data(cid))
    monkeypatch.setattr(archive, "MAX_ENTRY_BYTES", len(order_data()) - 1)
    with pytest.raises(ArchiveError, match="dépasse"):
        read_orders(tmp_path)
    monkeypatch.setattr(archive, "MAX_ENTRIES", 1)
    with pytest.raises(ArchiveError, match="plus de 1 fichiers"):
        read_orders(tmp_path)


def test_a_folder_with_a_foreign_json_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    with pytest.raises(ArchiveError, match="n'a pas un nom de la forme"):
        read_orders(tmp_path)


@pytest.mark.parametrize("data", [b"", b"PK", b"<html>502</html>", b"\0" * 5000])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert "n'est pas une archive ZIP lisible" in refusal(io.BytesIO(data))


def test_an_empty_archive_is_refused() -> None:
    assert "ne contient aucun arrêté" in refusal(zipped())


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="aucun fichier <cid>"):
        read_orders(tmp_path)
    with pytest.raises(ArchiveError, match="ce chemin n'existe pas"):
        read_orders(tmp_path / "absent.zip")


def test_every_bad_order_is_named() -> None:
    stream = zipped((f"{CIDS[0]}.json", b"{}"), (f"{CIDS[1]}.json", order_data(CIDS[0])))
    with pytest.raises(InvalidOrdersError) as caught:
        read_archive(stream, "latest.zip")
    first, second = caught.value.errors
    assert str(first) == f"{CIDS[0]}.json : clé « id » absente"
    assert (
        str(second) == f"{CIDS[1]}.json, id : l'identifiant « {CIDS[0]} » n'est pas celui du nom du fichier"
    )
    assert str(caught.value) == f"{first}\n{second}"


def refusal_of(data: bytes) -> str | None:
    """The sentence of an archive that cannot be read, None where it is read."""
    try:
        read_archive(io.BytesIO(data), "latest.zip")
    except (ArchiveError, InvalidOrdersError) as error:
        return str(error)
    return None


@pytest.mark.parametrize("seed", range(200))
def test_a_damaged_archive_is_read_or_refused_with_a_sentence(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a reproducible damage, not a secret
    data = bytearray(zipped(*((f"{cid}.json", order_data(cid)) for cid in CIDS)).getvalue())
    for _ in range(dice.randint(1, 4)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    cut = data if dice.random() < 0.7 else data[: dice.randrange(len(data))]
    sentence = refusal_of(bytes(cut))
    assert sentence is None or any(name in sentence for name in ("latest.zip", *CIDS))
