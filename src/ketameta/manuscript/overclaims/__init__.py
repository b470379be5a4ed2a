"""Overclaims in texts: rules, what they look at, and where they were found."""
