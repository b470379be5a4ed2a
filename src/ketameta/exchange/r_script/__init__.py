"""R scripts that hold the data and pool them with metafor as ketameta does."""
