"""`manage.py run`: all of Notify on one machine, in one folder, by one command."""
