"""Vendors' status pages: one small parser for each format, behind one table."""
