"""Banks' statement folders over HTTP: camt.053 files of one bank, CSV files of another."""
