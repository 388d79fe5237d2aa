"""Sample sketchbook: a procedural artist whose strokes are known, rendered as page scans."""
