"""What the engine does, one file per use case, named by a verb."""
