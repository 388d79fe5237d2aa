"""Widgets that play a drawing as if it were drawn by hand."""
