"""Inspection sheets and tables of picked prescriptions, made from templates that editors can change."""
