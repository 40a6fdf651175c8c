"""Packs the files of a dump as Géorisques publishes them: `georisques_data.tar.gz`."""

import gzip
import io
import tarfile
from collections.abc import Mapping

# Midnight of a day that means nothing: the same files give the same bytes.
FIXED_MOMENT = 1_600_000_000


def pack_dump(files: Mapping[str, bytes], moment: int = FIXED_MOMENT) -> bytes:
    """Return a `.tar.gz` of some files by name, all last changed at a moment (seconds since 1970)."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), moment
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
