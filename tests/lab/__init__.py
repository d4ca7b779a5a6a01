"""The lab tier: everything here runs on the embedded mesh."""
