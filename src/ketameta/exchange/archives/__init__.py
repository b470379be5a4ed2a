"""The evidence as one archive that can be deposited and cited."""
