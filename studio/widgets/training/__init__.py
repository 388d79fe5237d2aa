"""Widgets for runs and eras."""
