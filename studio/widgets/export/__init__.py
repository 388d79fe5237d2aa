"""Widgets of the export dialogue."""
