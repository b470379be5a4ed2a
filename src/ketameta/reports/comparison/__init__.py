"""Two states of the evidence: which records changed, and what that did to each answer."""
