"""The printed forms of a certificate. Pure: a determination in, a page out; no clock, no network."""
