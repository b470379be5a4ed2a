"""GRADE: how certain each answer is, with computed inputs, proposals, and people's decisions."""
