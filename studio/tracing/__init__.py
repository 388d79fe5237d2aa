"""What stands behind the tracing pane."""
