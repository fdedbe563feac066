"""What must hold of a batch before anyone reads it: Great Expectations suites and their plumbing."""
