"""Make the pool of Airflow that bounds how many batches of orders are read at the same time: OCR_BATCHES."""

import subprocess
import sys

from etl.settings import load_settings

POOL = "ocr"
DESCRIPTION = "Batches of prefectoral orders that are read at the same time (OCR_BATCHES)"
SECONDS = 120

if __name__ == "__main__":
    slots = str(load_settings().ocr_batches)
    command = ["airflow", "pools", "set", POOL, slots, DESCRIPTION]
    sys.exit(subprocess.run(command, timeout=SECONDS, check=False).returncode)
