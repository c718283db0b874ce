"""The regulation as code. Knows no vehicle data, no clock, no HTTP and no database; imports the standard library only."""
