"""The group's e-mail tool as a folder of CSV files: who opted in or out, when and how."""
