"""The rules: pure values and functions that decide, count and tell; no I/O, no clock, no threads."""
