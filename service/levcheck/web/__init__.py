"""The pages that people use in a browser: signing in, verifying a certificate."""
