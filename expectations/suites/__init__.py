"""One suite per audited relation."""
