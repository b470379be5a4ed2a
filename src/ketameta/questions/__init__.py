"""What a review asks of the records, and which results each question selects."""
