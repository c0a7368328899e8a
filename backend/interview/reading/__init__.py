"""Pure readers: what a sentence says, each kind of thing in one file. They share Found and the normalised text."""
