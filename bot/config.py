"""Settings, read once from the environment or `.env`. A bad value names itself, says why and how to mend it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.i18n import Language

_TOKEN: Final = re.compile(r"[0-9]+:[A-Za-z0-9_-]{20,}")
_PEPPER_MIN: Final = 32


class SettingsWrong(RuntimeError):
    """A setting cannot be used; the message says which, why and what to set instead."""


class Settings(BaseSettings):
    """Everything an operator can set. Names are the environment variables, in upper case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    bot_token: SecretStr | None = Field(
        None, description="The token BotFather gave. Empty: the built-in sandbox runs instead of Telegram."
    )
    telegram_api_base: str = Field(
        "https://api.telegram.org", description="Address of the Bot API; change it for a local Bot API server."
    )
    database_url: str = Field(
        "",
        description="sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/database. Empty: the file "
        "halyq.db in DATA_DIR, and sandbox.db for the sandbox.",
    )
    data_dir: Path = Field(Path("var"), description="Where the embedded database and generated secrets live.")
    admin_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Telegram ids of the admins, separated by commas."
    )
    pepper: SecretStr | None = Field(
        None,
        description="Key of the phone hashes, at least 32 characters. Made once into DATA_DIR on the embedded "
        "database; required on PostgreSQL. Losing it makes every confirmed phone unknown.",
    )
    default_language: Language = Field("kk", description="Language of people whose Telegram speaks another.")
    timezone: str = Field("Asia/Almaty", description="Time zone of dates shown and of days counted.")
    quiet_hours: str = Field(
        "22:00-08:00",
        description="Hours in which the bot does not write on its own to people who chose no others; none: it always "
        "may. In the sandbox, where nobody sleeps, none unless it is set.",
    )
    send_rate: float = Field(
        28.0, gt=0, le=10_000, description="Messages a second on the bot's own initiative, all workers together."
    )
    sandbox_listen: str = Field("127.0.0.1:8765", description="Address of the sandbox and its chat page.")
    reports_to_hide: int = Field(
        10,
        ge=1,
        le=10_000,
        description="So many readers' reports hide a public petition until a moderator has looked at it; more are "
        "needed where more than a hundred times as many people have signed it.",
    )
    metrics_listen: str | None = Field(None, description="host:port of /healthz and /metrics; empty: none.")
    days_off_file: Path | None = Field(
        None, description="TOML file with days moved by the Government, see docs/operations.md; empty: none."
    )
    operator_name: str = Field(
        "", description="Who runs this bot, as the consent text must name it (Law 94-V art. 8(4))."
    )
    operator_bin: str = Field("", description="The operator's BIN, 12 digits, for the consent text.")
    operator_contact: str = Field("", description="Where people write about their data: an e-mail or phone.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    log_format: Literal["console", "json"] = Field("console", description="How log lines look.")

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.replace(";", ",").split(",") if part.strip()]
        for part in parts:
            if not re.fullmatch(r"[1-9][0-9]*", part):
                raise ValueError(f"{part!r} is not a Telegram id; write numbers only, e.g. ADMIN_IDS=123456789")
        return tuple(int(part) for part in parts)

    @field_validator("bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        # The value is a secret, so the message does not repeat it.
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("this is not a bot's token; it looks like 123456789:AAF... with nothing around it")
        return value

    @field_validator("telegram_api_base")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError(f"{value!r} is not an address that begins with https:// or http://")
        return value

    @field_validator("operator_bin")
    @classmethod
    def _twelve_digits(cls, value: str) -> str:
        if value and not re.fullmatch(r"[0-9]{12}", value):
            raise ValueError(f"{value!r} is not a BIN; it has 12 digits")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone is called {value!r}; Kazakhstan's is Asia/Almaty") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        if not value:
            return value
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("it must begin with sqlite+aiosqlite:// or postgresql+asyncpg://")
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError(
                "it cannot be read as an address; letters like @ : / in a password are written %40 %3A %2F"
            ) from None
        if not url.database or url.database == ":memory:":
            raise ValueError("it names no database; end it with the file or the database's name")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _hours_of_a_day(cls, value: str) -> str:
        from bot.notifications.rules import read_quiet

        read_quiet(value)
        return value

    @field_validator("sandbox_listen", "metrics_listen")
    @classmethod
    def _host_and_port(cls, value: str | None) -> str | None:
        if value is not None:
            host, _, port = value.rpartition(":")
            if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
                raise ValueError(f"{value!r} is not host:port, e.g. 127.0.0.1:8765")
        return value

    @field_validator("pepper")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _PEPPER_MIN:
            raise ValueError(f"it must have at least {_PEPPER_MIN} characters; make one with: openssl rand -hex 32")
        return value

    @model_validator(mode="after")
    def _own_database(self) -> Self:
        # The sandbox's petitions are invented; they must never be found in the database of a bot that goes live.
        if not self.database_url:
            name = "sandbox.db" if self.is_sandbox else "halyq.db"
            self.database_url = f"sqlite+aiosqlite:///{self.data_dir / name}"
        return self

    @property
    def is_sandbox(self) -> bool:
        """Whether the built-in sandbox stands in for Telegram."""
        return self.bot_token is None

    @property
    def admins(self) -> frozenset[int]:
        """Telegram ids of the admins."""
        return frozenset(self.admin_ids)

    def pepper_bytes(self) -> bytes:
        """The pepper; on the embedded database it is made once and kept in a file only the owner can read.

        Raises:
            SettingsWrong: PostgreSQL is used and no PEPPER is set, or the file cannot be made or was damaged.
        """
        if self.pepper is not None:
            return self.pepper.get_secret_value().encode()
        if not self.database_url.startswith("sqlite"):
            raise SettingsWrong(
                "PEPPER is not set. With PostgreSQL every worker needs the same one: make it once with "
                "`openssl rand -hex 32`, set PEPPER, and keep it with the backups."
            )
        path = self.data_dir / "pepper"
        try:
            if not path.exists():
                _make_pepper(path)
            kept = path.read_text().strip().encode()
        except OSError as error:
            raise SettingsWrong(f"DATA_DIR: {path} cannot be used ({error.strerror}).") from None
        if len(kept) < _PEPPER_MIN:
            raise SettingsWrong(f"{path} is damaged: put it back from the backup. A new one makes all phones unknown.")
        return kept


def _make_pepper(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{os.getpid()}.new")
    made.touch(mode=0o600)
    try:
        made.write_text(secrets.token_hex(_PEPPER_MIN))
        # Unlike a rename, this leaves alone what another process made at the same moment.
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
    finally:
        made.unlink()


def read_settings(**changes: Any) -> Settings:
    """The settings of this process.

    Raises:
        SettingsWrong: a value cannot be used.
    """
    try:
        return Settings(**changes)
    except (ValidationError, ValueError) as error:
        if not isinstance(error, ValidationError):
            raise SettingsWrong(str(error)) from None
        lines = []
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else "settings"
            field = Settings.model_fields.get(name)
            meaning = f" ({field.description})" if field and field.description else ""
            lines.append(f"{name.upper()}: {problem['msg'].removeprefix('Value error, ')}{meaning}")
        raise SettingsWrong("\n".join(lines)) from None
