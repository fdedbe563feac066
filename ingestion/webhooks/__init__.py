"""Events that vendors send: taken in, kept durably, brought into the raw log with what is pulled.

``signatures`` proves who sent, ``deliveries`` reads what was sent, ``store`` keeps it, ``intake`` answers
the vendor, ``drain`` brings it into the warehouse. Only ``drain`` opens the warehouse.
"""
