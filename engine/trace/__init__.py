"""Trace: from the ink on a page to the path the pen took."""
