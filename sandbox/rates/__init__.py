"""Rate files over HTTP: the ECB's SDMX service, and treasury's own file behind a token."""
