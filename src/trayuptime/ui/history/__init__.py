"""The history window: the days of all providers, the time line of one, all that is known of an incident."""
