"""Where words and numbers meet: a question and its studies become an `Answer`."""
