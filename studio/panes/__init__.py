"""The panes of the rail, in the order of the story."""
