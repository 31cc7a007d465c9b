"""The commands, one module each; what they print and how they end is the public contract."""
