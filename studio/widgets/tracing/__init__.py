"""Widgets for looking at traces and mending them."""
