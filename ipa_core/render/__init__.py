"""The words: Dutch texts for signals, messages and screens."""
