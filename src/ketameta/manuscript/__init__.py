"""What a review team pastes into its manuscript: texts, references, tables, figures."""
