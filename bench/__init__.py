"""`make bench`: what each step costs, beside the limit measured in the same run."""
