"""归途: the service behind the chat. It owns everything that must not be lost."""
