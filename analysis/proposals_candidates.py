"""What brings two records together at all; how probable a pair is then says ``proposals_model``.

A value that many customers have brings nobody together, and ``pairs`` holds the numbers of the refused
pairs that a record is in.
"""

CANDIDATES = (
    "l.phone = r.phone",
    "l.email_local = r.email_local",
    "l.last_name = r.last_name and l.postal_code = r.postal_code",
    "l.first_name = r.first_name and l.postal_code = r.postal_code",
    "l.address = r.address and l.postal_code = r.postal_code",
    "l.address = r.address and l.city = r.city",
    "l.address = r.address and l.last_name = r.last_name",
    "l.address = r.address and l.first_name = r.first_name",
    "l.last_name = r.last_name and l.city = r.city",
    "l.first_name = r.last_name and l.last_name = r.first_name and l.city = r.city",
    "l.postal_code = r.postal_code and left(l.last_name, 3) = left(r.last_name, 3)",
)
