"""What stands behind the canvas."""
