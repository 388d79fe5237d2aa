"""The headless system: from scans of sketchbook pages to drawings a machine draws."""
