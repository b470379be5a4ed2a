"""The forest plot: one layout in plain data, drawn by matplotlib or written as an HTML table."""
