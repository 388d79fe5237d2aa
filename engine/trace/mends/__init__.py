"""What the artist puts right by hand: a list of mends a page, applied anew to every trace of it."""
