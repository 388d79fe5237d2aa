"""Export: one timeline, and the pictures, animations and vector files made from it."""
