"""Step 1: from a raw S3IC extraction to the datasets of installations and classements."""

from etl.s3ic.classements import hidden_rubriques
from etl.s3ic.datasets import DATASETS
from etl.s3ic.transform import PRIVATE_FOLDER, REJECTS_KEY, STEP, transform_icpe

__all__ = ["DATASETS", "PRIVATE_FOLDER", "REJECTS_KEY", "STEP", "hidden_rubriques", "transform_icpe"]
