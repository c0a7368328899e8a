"""催办 and complaints: recorded against a task, answered, and counted."""
