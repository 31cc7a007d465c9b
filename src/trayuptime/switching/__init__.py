"""What acting on a switch writes for other programs."""
