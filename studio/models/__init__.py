"""Qt item models, keyed by id."""
