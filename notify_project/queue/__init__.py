"""The one queue of all apps: rows in the database, with leases and fencing tokens.

A row waits as `queued`, is `claimed` by one worker for the length of a lease, is
`sending` from the commit before the first byte leaves, and then has an outcome. The
Celery message that wakes a worker is a door-bell and carries a lane's name, nothing
else: losing, doubling or delaying it changes latency only.
"""
