"""Widgets for looking at pages and deciding."""
