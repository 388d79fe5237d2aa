"""Curate: embeddings, clusters, maps and decisions, for pages and for drawings."""
