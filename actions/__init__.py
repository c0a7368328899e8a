"""Custom actions of Rasa: one file a step of the talk, one call to the backend each."""
