"""The product against a second computation: slow, obvious, in pandas, from the raw files and reference/*.csv alone.

Only `test_differential.py` imports the product. What the other modules know of rules they have from the explanations
of the reasons and from what is written about the registers, not from the product's code.
"""
