"""The whole line as its users meet it: a served group, ``concord run``, the published file."""
