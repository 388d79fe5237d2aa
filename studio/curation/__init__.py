"""Deciding, searching, filtering: what stands behind the panes that show items."""
