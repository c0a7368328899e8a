"""What administrators set: what they changed, on record, and their own texts over the catalogue's files."""
