"""Gunicorn's settings for production.

`gunicorn notify_project.wsgi --config deploy/gunicorn_settings.py`; what is said on the
command line wins. https://gunicorn.org/reference/settings/
"""

# The proxy in front is on the same machine; it alone may reach this port.
bind = "127.0.0.1:8000"
# Threads, because a request mostly waits for the database. Set WEB_PROCESSES to the
# number of workers of all hosts together: with more than one, limits are counted in
# the database. Each thread keeps one database connection.
workers = 2
worker_class = "gthread"
threads = 8
# A request is refused long before by our own limits; this ends one that hangs.
timeout = 60
# What is in flight at SIGTERM is answered first.
graceful_timeout = 30
# A little longer than the proxy keeps its idle connections (60 s in nginx), so that
# the proxy is the one to close them.
keepalive = 75
control_socket_disable = True
