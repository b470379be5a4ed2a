"""Diagnostic figures: each module turns numbers of `sensitivity` or `pooling` into a picture."""
