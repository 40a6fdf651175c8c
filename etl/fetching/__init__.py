"""Asking servers that are not ours: which addresses, how often, what their answers mean (decision 0011)."""
