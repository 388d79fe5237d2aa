"""Dataset: recipes, immutable stroke-3 versions, and imports from elsewhere."""
