"""The use cases: functions of a session and a context that return frozen values."""
