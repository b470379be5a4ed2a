"""Bibliographies: RIS, BibTeX and CSL-JSON."""
