"""Making and changing records: forms to fill in, formatting, two extractors, corrections."""
