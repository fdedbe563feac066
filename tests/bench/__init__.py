"""Speed and memory, each stage beside its reference in one run: machines are noisy, ratios less so."""
