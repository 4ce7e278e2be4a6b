"""Where submissions come from."""
