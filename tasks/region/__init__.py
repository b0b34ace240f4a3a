"""The tables that one kabupaten or kota maintains by hand: what must be in them, whether it is, and a folder to begin
with."""
