"""The window: a Qt application over the engine."""
