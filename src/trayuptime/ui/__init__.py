"""What the user sees: marks, tray, menu and windows that draw values and emit intents."""
