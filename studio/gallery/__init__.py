"""What stands behind the gallery: the machine that draws, films, what is kept, what is exported."""
