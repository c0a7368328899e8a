"""Papers that the service fills and prints."""
