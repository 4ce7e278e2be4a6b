"""What the engine remembers: one file per aggregate, with its table, its queries and its mapping to domain types."""
