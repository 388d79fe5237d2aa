"""Training: the loop, its checkpoints, and what a run is worth."""
