"""Widgets of the canvas."""
