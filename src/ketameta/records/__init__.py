"""Study records: one YAML file per study, read without guessing and checked as a whole."""
