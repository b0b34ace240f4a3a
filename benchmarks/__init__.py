"""Speed and memory of the product, measured on real runs."""
