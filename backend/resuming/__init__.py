"""Coming back on another phone, browser or channel: who one is, is proven by a code to the mobile."""
