"""Widgets of the map."""
