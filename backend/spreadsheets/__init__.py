"""Spreadsheets (.xlsx) as they come from and go to counties and banks: read with every doubt, written without any formula."""
