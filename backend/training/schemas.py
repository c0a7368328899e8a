"""What staff send about a referral."""

from __future__ import annotations

from backend.edge.reading import Strict


class ContactedIn(Strict):
    """That the county has been in touch; there is nothing to say besides."""
