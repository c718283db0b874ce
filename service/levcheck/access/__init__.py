"""Who may do what: organizations, their API keys, the one table of permissions, and how often each may ask."""
