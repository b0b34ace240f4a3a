"""Synthetic data in the sources' own shapes, with known defects and a truth that says what must come out."""
