"""Selection models: the mean if studies were selected by their p values in a supposed way."""
