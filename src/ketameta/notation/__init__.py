"""How numbers and effects are written, the same in figures, tables, reports and terminals."""
