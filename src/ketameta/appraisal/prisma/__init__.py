"""PRISMA 2020: the flow diagram with its sums checked, and the checklist."""
