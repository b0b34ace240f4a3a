"""Dashboards for BI tools, declared over the published tables. Outside of the product's layers: nothing imports it."""
