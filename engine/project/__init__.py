"""Project: the folder on disk, its index, its decision log, its lock."""
