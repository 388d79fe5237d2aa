"""Scans: file-name grammar, catalogue, safe image loading, thumbnails."""
