"""TrayUptime: watch the AI providers you depend on, from your own network, with your own keys."""

__version__ = "0.1.0"
