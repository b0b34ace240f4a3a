"""Apache Superset: the bundle it imports, its configuration, and how it is set up beside the product."""
