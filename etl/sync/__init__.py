"""Step 4: what lies in the bucket becomes what is in service, whole, in one transaction."""

from etl.sync.ams import AmComparison, apply_ams, compare_ams
from etl.sync.comparison import ApprovalNeeded, Comparison
from etl.sync.icpe import apply_icpe, compare_icpe, refuse_icpe
from etl.sync.nomenclature import sync_nomenclature

__all__ = [
    "AmComparison",
    "ApprovalNeeded",
    "Comparison",
    "apply_ams",
    "apply_icpe",
    "compare_ams",
    "compare_icpe",
    "refuse_icpe",
    "sync_nomenclature",
]
