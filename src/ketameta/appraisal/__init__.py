"""What a careful reader would hold against an answer: flags, with reasons and references."""
