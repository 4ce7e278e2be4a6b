"""Outside data in: bytes and libraries become domain types, or every problem at once."""
