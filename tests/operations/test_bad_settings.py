"""A setting that cannot be used is one clear line that names it, and exit code 2."""

from __future__ import annotations

import asyncio
import socket
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import asyncpg
import pytest

from tests.operations.conftest import Command

TOKEN = "4242:AAFakeFakeFakeFakeFakeFakeFakeFake"


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"BOT_TOKEN": "nonsense"}, "123456789:AAF"),
        ({"BOT_TOKEN": f"bot{TOKEN}"}, "123456789:AAF"),
        ({"TELEGRAM_API_BASE": "api.telegram.org"}, "https://"),
        ({"DATABASE_URL": "mysql://halyq@localhost/halyq"}, "postgresql+asyncpg://"),
        ({"DATABASE_URL": "postgresql+asyncpg://halyq:p@ss:word@host/halyq"}, "%40"),
        ({"DATABASE_URL": "postgresql+asyncpg://halyq@host"}, "names no database"),
        ({"DATABASE_URL": "sqlite+aiosqlite://"}, "names no database"),
        ({"TIMEZONE": "Asia/Alma-Ata-2"}, "Asia/Almaty"),
        ({"ADMIN_IDS": "abc"}, "numbers only"),
        ({"ADMIN_IDS": "12,-5"}, "numbers only"),
        ({"SEND_RATE": "0"}, "greater than 0"),
        ({"SANDBOX_LISTEN": "8765"}, "127.0.0.1:8765"),
        ({"METRICS_LISTEN": "localhost"}, "host:port"),
        ({"PEPPER": "short"}, "openssl rand -hex 32"),
        ({"DATABASE_URL": "postgresql+asyncpg://halyq@host/halyq"}, "PEPPER"),
        ({"DAYS_OFF_FILE": "/none.toml"}, "DAYS_OFF_FILE"),
        ({"DEFAULT_LANGUAGE": "de"}, "'kk', 'ru' or 'en'"),
        ({"OPERATOR_BIN": "12345"}, "12 digits"),
        ({"LOG_FORMAT": "xml"}, "'console' or 'json'"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_a_bad_setting_names_itself_and_says_what_to_set(
    command: Command, settings: dict[str, str], advice: str, tmp_path: Path
) -> None:
    result = command("run", **settings)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert advice in result.stderr
    named = "PEPPER" if advice == "PEPPER" else next(iter(settings))
    assert named in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not list((tmp_path / "var").glob("*.db")), "a database was opened before the settings were looked at"


def test_a_bad_token_is_not_repeated(command: Command) -> None:
    result = command("run", BOT_TOKEN="4242:secret but short")
    assert "secret" not in result.stderr


def test_all_bad_settings_are_named_at_once(command: Command) -> None:
    result = command("run", ADMIN_IDS="abc", TIMEZONE="Nowhere", LOG_LEVEL="loud")
    assert {line.partition(":")[0] for line in result.stderr.splitlines()} == {"ADMIN_IDS", "TIMEZONE", "LOG_LEVEL"}


def test_a_database_that_is_not_there_is_one_line(command: Command, free_port: int) -> None:
    url = f"postgresql+asyncpg://halyq@127.0.0.1:{free_port}/halyq"
    for name in ("run", "migrate", "doctor"):
        result = command(name, DATABASE_URL=url, PEPPER="p" * 32)
        assert result.exit_code == 2
        assert result.stderr.startswith("DATABASE_URL: ")
        assert len(result.stderr.splitlines()) == 1


@pytest.mark.postgres
def test_a_postgresql_that_cannot_lower_case_cyrillic_is_refused_with_the_reason(
    command: Command,
    _postgres_server: str,  # noqa: PT019 - its value is used
) -> None:
    name = f"halyq_plain_{uuid.uuid4().hex[:12]}"

    async def run(statement: str) -> None:
        connection = await asyncpg.connect(_postgres_server)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"))
    base, _, query = _postgres_server.partition("?")
    url = base.rsplit("/", 1)[0].replace("postgresql://", "postgresql+asyncpg://", 1) + f"/{name}"
    try:
        for asked in ("run", "migrate"):
            result = command(asked, DATABASE_URL=url + (f"?{query}" if query else ""), PEPPER="p" * 32)
            assert result.exit_code == 2
            assert "LC_CTYPE=C" in result.stderr
            assert "createdb --template=template0 --locale=C.UTF-8" in result.stderr
    finally:
        asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.mark.parametrize("name", ["SANDBOX_LISTEN", "METRICS_LISTEN"])
def test_a_taken_port_is_one_line_that_names_the_setting(command: Command, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = command("run", **{name: f"127.0.0.1:{taken.getsockname()[1]}"})
    assert result.exit_code == 2
    assert [line.partition(":")[0] for line in result.stderr.splitlines() if "[info" not in line] == [name]


class _Stranger(BaseHTTPRequestHandler):
    """A Bot API that knows no token."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of a Bot API that knows no token."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stranger)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_token_telegram_does_not_know_is_one_line(command: Command, stranger: str) -> None:
    result = command("run", BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=stranger)
    assert result.exit_code == 2
    assert "BOT_TOKEN" in result.stderr
    assert "@BotFather" in result.stderr
    assert TOKEN not in result.stderr
    assert len(result.stderr.splitlines()) == 1
