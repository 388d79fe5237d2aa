"""What stands behind the training pane."""
