"""What is painted of the history: fills, columns, cells, and the twins in words of every picture."""
