"""The engine: one thread, one asyncio loop, one owner of the state."""
