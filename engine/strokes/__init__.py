"""Strokes: the types everything speaks, the pure geometry on them, and their formats."""
