"""What stands behind the datasets pane."""
