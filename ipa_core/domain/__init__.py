"""The words and the decisions: pure, without clock, database or network."""
