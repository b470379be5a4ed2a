"""Claims on trial: what the evidence on record makes of what public texts say."""
