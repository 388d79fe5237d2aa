"""Widgets for recipes and datasets."""
