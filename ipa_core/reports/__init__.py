"""What documents say: trees of dataclasses, built from facts and put into words elsewhere."""
