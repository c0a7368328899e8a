"""Pictures and PDFs that are sent in a talk, both ways: made clean like vouchers, kept encrypted, seen by that conversation alone."""
