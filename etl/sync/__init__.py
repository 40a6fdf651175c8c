"""Step 4: what lies in the bucket becomes what is in service, whole, in one transaction."""

from etl.sync.comparison import ApprovalNeeded, Comparison
from etl.sync.icpe import apply_icpe, compare_icpe, refuse_icpe

__all__ = ["ApprovalNeeded", "Comparison", "apply_icpe", "compare_icpe", "refuse_icpe"]
