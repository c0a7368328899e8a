"""The staff's pages: what the rooms know and do, as forms and lists that work without a script."""
