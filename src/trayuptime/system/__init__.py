"""What the operating system and the desktop are asked for, without Qt, each through a small interface."""
