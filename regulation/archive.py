"""Orders from an archive (ZIP) or a folder of ``<cid>.json`` files, read safely and within bounds.

An archive is never unpacked to disk. Only flat names of the form ``<cid>.json`` are accepted; entries, their
sizes and their compression ratio are bounded; encrypted entries, links and folders are refused. Every
sentence names the archive and the entry.

    read_orders(path)                            # every order, or an error that names every bad file
    read_archive(stream, name)                   # the same from an open binary file, such as a bucket's
    for entry in archive_entries(stream, name):  # one at a time: entry.cid, entry.data
        order_of_entry(entry)
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from regulation.order_file import OrderFileError, is_cid, read_order
from regulation.reading import ReadingError, quoted, system_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from regulation.order import Order

MAX_ENTRIES = 2_000
MAX_ENTRY_BYTES = 20_000_000
MAX_TOTAL_BYTES = 500_000_000
MAX_RATIO = 100

_SUFFIX = ".json"
_ENCRYPTED = 0x1


class ArchiveError(ValueError):
    """An archive or a folder that cannot be read at all; the text is a French sentence."""


class InvalidOrdersError(ValueError):
    """Some orders cannot be read: ``errors`` has one for each, and the text names them all."""

    def __init__(self, errors: Iterable[OrderFileError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: its name, which is the cid and ``.json``, and its bytes."""

    name: str
    data: bytes

    @property
    def cid(self) -> str:
        """The identifier that the name announces."""
        return self.name.removesuffix(_SUFFIX)


def read_orders(path: Path) -> tuple[Order, ...]:
    """Every order of a ZIP or of a folder, by cid.

    Raises:
        ArchiveError: nothing there, not a ZIP, an entry that may not be, or no order at all.
        InvalidOrdersError: one or more orders cannot be read.
    """
    return _orders_of(entries(path))


def read_archive(stream: BinaryIO, name: str) -> tuple[Order, ...]:
    """Every order of an open ZIP; ``name`` is what the sentences call it.

    Raises:
        ArchiveError, InvalidOrdersError: as `read_orders`.
    """
    return _orders_of(archive_entries(stream, name))


def _orders_of(found: Iterable[Entry]) -> tuple[Order, ...]:
    orders: list[Order] = []
    errors: list[OrderFileError] = []
    for entry in found:
        try:
            orders.append(order_of_entry(entry))
        except OrderFileError as error:
            errors.append(error)
    if errors:
        raise InvalidOrdersError(errors)
    return tuple(sorted(orders, key=lambda order: order.cid))


def order_of_entry(entry: Entry) -> Order:
    """The order of an entry.

    Raises:
        OrderFileError: it is no order, or not the one that its name announces.
    """
    order = read_order(entry.data, entry.name)
    if order.cid != entry.cid:
        reason = f"l'identifiant {quoted(order.cid)} n'est pas celui du nom du fichier"
        raise OrderFileError(entry.name, ReadingError(reason).within("id"))
    return order


def entries(path: Path) -> Iterator[Entry]:
    """The files of a ZIP or of a folder, one at a time.

    Raises:
        ArchiveError: while iterating, as `read_orders`.
    """
    if path.is_dir():
        yield from _folder_entries(path)
        return
    try:
        with path.open("rb") as stream:
            yield from archive_entries(stream, str(path))
    except OSError as error:
        raise ArchiveError(f"{path} : impossible à lire ({system_reason(error)}).") from error


def _folder_entries(folder: Path) -> Iterator[Entry]:
    files = sorted(folder.glob(f"*{_SUFFIX}"))
    if not files:
        raise ArchiveError(f"{folder} : aucun fichier <cid>.json dans ce dossier.")
    if len(files) > MAX_ENTRIES:
        raise ArchiveError(f"{folder} : plus de {MAX_ENTRIES} fichiers.")
    total = 0
    for file in files:
        _refuse_name(str(folder), file.name)
        with file.open("rb") as stream:
            data = stream.read(MAX_ENTRY_BYTES + 1)
        total += len(data)
        _refuse_size(str(folder), file.name, len(data), total)
        yield Entry(file.name, data)


def archive_entries(stream: BinaryIO, name: str) -> Iterator[Entry]:
    """The files of an open ZIP, one at a time.

    Raises:
        ArchiveError: while iterating, as `read_orders`.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            _refuse_entries(name, infos)
            total = 0
            for info in infos:
                with archive.open(info) as file:
                    data = file.read(MAX_ENTRY_BYTES + 1)
                total += len(data)
                _refuse_size(name, info.filename, len(data), total)
                yield Entry(info.filename, data)
    except _BROKEN as error:
        raise ArchiveError(f"{name} : n'est pas une archive ZIP lisible ({error}).") from error


#: What the standard library raises on a file that is no ZIP, is cut, or is damaged.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError)


def _refuse_entries(name: str, infos: list[zipfile.ZipInfo]) -> None:
    if not infos:
        raise ArchiveError(f"{name} : l'archive ne contient aucun arrêté.")
    if len(infos) > MAX_ENTRIES:
        raise ArchiveError(f"{name} : plus de {MAX_ENTRIES} entrées.")
    seen: set[str] = set()
    for info in infos:
        _refuse_name(name, info.orig_filename)
        _refuse_kind(name, info)
        if info.filename in seen:
            raise ArchiveError(f"{name} : l'entrée {quoted(info.filename)} s'y trouve deux fois.")
        seen.add(info.filename)


def _refuse_name(name: str, entry: str) -> None:
    if not entry.endswith(_SUFFIX) or not is_cid(entry.removesuffix(_SUFFIX)):
        raise ArchiveError(f"{name} : l'entrée {quoted(entry)} n'a pas un nom de la forme <cid>.json.")


def _refuse_kind(name: str, info: zipfile.ZipInfo) -> None:
    entry = quoted(info.filename)
    if info.flag_bits & _ENCRYPTED:
        raise ArchiveError(f"{name} : l'entrée {entry} est chiffrée.")
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise ArchiveError(f"{name} : l'entrée {entry} n'est pas un fichier ordinaire.")
    if info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise ArchiveError(f"{name} : l'entrée {entry} est comprimée plus de {MAX_RATIO} fois.")


def _refuse_size(name: str, entry: str, size: int, total: int) -> None:
    if size > MAX_ENTRY_BYTES:
        raise ArchiveError(f"{name} : l'entrée {quoted(entry)} dépasse {MAX_ENTRY_BYTES // 1_000_000} Mo.")
    if total > MAX_TOTAL_BYTES:
        raise ArchiveError(f"{name} : le contenu dépasse {MAX_TOTAL_BYTES // 1_000_000} Mo.")
