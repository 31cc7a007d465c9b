"""The vendor dossier: what was measured as values in, HTML, Markdown and JSON out; no files, no Qt."""
