"""A Postfix of our own: its queue in a folder, its door on loopback, all that it takes
handed on to one server.

It needs `apt-get install postfix` and root, for Postfix starts its parts as other
users. Nothing of /etc/postfix is read.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from pathlib import Path

from tests.providers.email.servers import free_port

PROGRAM = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

_MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mta.example.test
mydestination =
alias_maps =
relayhost = [127.0.0.1]:{sink}
mynetworks = 127.0.0.0/8
smtp_tls_security_level = none
smtp_generic_maps =
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_host_lookup = native
message_size_limit = 200000
smtpd_recipient_restrictions =
    check_recipient_access inline:{{
        {{gone@example.org = 550 5.1.1 No such person}}
        {{full@example.org = 452 4.2.2 Mailbox full}} }}
    permit_mynetworks, reject
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(home: Path, *, sink: int) -> Iterator[int]:
    """The port of one that hands everything on to port `sink`; stopped at the end."""
    port = free_port()
    for name in ("etc", "queue", "data"):
        (home / name).mkdir(parents=True)
    owner = pwd.getpwnam("postfix")
    os.chown(home / "data", owner.pw_uid, owner.pw_gid)
    for folder in (home, *home.parents):
        mode = folder.stat().st_mode
        if not mode & 0o001:  # its parts are other users, and pytest's folders are ours
            folder.chmod(mode | 0o011)
    (home / "etc" / "main.cf").write_text(_MAIN.format(home=home, sink=sink))
    (home / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    _told(home, "start")
    try:
        yield port
    finally:
        _told(home, "stop")


def taken(home: Path, *, count: int, mails: Sized, seconds: float = 60) -> None:
    """Wait until so many mails were handed on; fails with Postfix's own log."""
    until = time.monotonic() + seconds
    while len(mails) < count:
        if time.monotonic() > until:
            raise AssertionError((home / "postfix.log").read_text())
        time.sleep(0.05)


def _told(home: Path, command: str) -> None:
    done = subprocess.run(
        [str(PROGRAM), "-c", str(home / "etc"), command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        log = home / "postfix.log"
        said = log.read_text() if log.exists() else ""
        raise AssertionError(f"postfix {command}: {done.stderr}{said}")
