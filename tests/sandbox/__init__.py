"""The runnable commerce group: world, servers, answer key."""
