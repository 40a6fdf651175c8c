"""Step 4: what lies in the bucket becomes what is in service, whole, in one transaction."""

from etl.sync.ams import AmComparison, apply_ams, compare_ams
from etl.sync.ap_comparison import ApComparison
from etl.sync.ap_files import delete_withdrawn_files
from etl.sync.aps import apply_aps, compare_aps
from etl.sync.comparison import ApprovalNeeded, Comparison
from etl.sync.icpe import apply_icpe, compare_icpe, refuse_icpe
from etl.sync.nomenclature import sync_nomenclature

__all__ = [
    "AmComparison",
    "ApComparison",
    "ApprovalNeeded",
    "Comparison",
    "apply_ams",
    "apply_aps",
    "apply_icpe",
    "compare_ams",
    "compare_aps",
    "compare_icpe",
    "delete_withdrawn_files",
    "refuse_icpe",
    "sync_nomenclature",
]
