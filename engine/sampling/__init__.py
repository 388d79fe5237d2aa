"""Sampling: drawings out of a trained model."""
