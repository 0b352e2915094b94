"""Where the embedded server listens, and how to get in."""

from dataclasses import dataclass, field

from psycopg.conninfo import make_conninfo


@dataclass(frozen=True)
class ServerAddress:
    """The way into a running server.

    Attributes:
        host: the folder of its socket, or 127.0.0.1 on Windows.
        port: the number in the socket's name, or the TCP port.
        superuser: the role that owns the cluster.
        password: the superuser's; never shown by `repr`.
    """

    host: str
    port: int
    superuser: str = "postgres"
    password: str = field(default="", repr=False)

    def conninfo(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """Connection string for psycopg; the superuser's unless another `user` with its own `password` is named."""
        return make_conninfo(
            host=self.host,
            port=self.port,
            dbname=database,
            user=user or self.superuser,
            password=password if user else self.password,
        )
