"""LibreOffice without a window: what it reads in a file, and a file as it saves it."""

import subprocess
from pathlib import Path

OFFICE_TIMEOUT_SECONDS = 120
# Each sheet as a file of its own: `;`, UTF-8, cells as they are shown.
SHEETS_AS_CSV = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1"
# How a person opens such a file: `;`, UTF-8.
AS_CSV = "Text - txt - csv (StarCalc):59,34,76"


class Office:
    """One LibreOffice with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def convert(self, sources: list[Path], target: str, output: Path, *, read_as: str = "") -> None:
        """Write each source as LibreOffice saves it in another format; one start for all of them."""
        profile = (self._folder / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        command += [f"--infilter={read_as}"] if read_as else []
        command += ["--convert-to", target, "--outdir", str(output), *map(str, sources)]
        done = subprocess.run(
            command, timeout=OFFICE_TIMEOUT_SECONDS, check=True, capture_output=True, text=True
        )
        assert "Error" not in done.stderr, done.stderr
