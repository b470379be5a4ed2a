"""The part of the page in which a reader ticks studies: what it may show is computed here."""
