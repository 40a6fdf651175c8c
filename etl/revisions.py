"""The revisions of the tables that this code knows, read from the files of the migrations.

Alembic knows them too; the site, which only compares, does without its ten megabytes in each worker.
"""

import re
from functools import cache

from etl.settings import ROOT

FOLDER = ROOT / "sql" / "migrations" / "versions"
PARENT = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


@cache
def older_revisions() -> frozenset[str]:
    """Return every revision but the newest: those that another one follows."""
    texts = (path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    return frozenset(found[1] for text in texts if (found := PARENT.search(text)))
