"""Settings are read from the environment and `.env`, are whole, and every one of them is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.config import Settings, SettingsWrong, read_settings

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "4242:AAFakeFakeFakeFakeFakeFakeFakeFake"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()
    assert settings.is_sandbox
    assert settings.admins == frozenset()
    assert settings.timezone == "Asia/Almaty"
    assert settings.default_language == "kk"


def test_the_environment_wins_over_the_file_and_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(
        f"BOT_TOKEN={TOKEN}\nADMIN_IDS=12, 34;56\nSEND_RATE=5\nLOG_LEVEL=\nSOMETHING_ELSE=1\n", encoding="utf-8"
    )
    monkeypatch.setenv("SEND_RATE", "7.5")
    monkeypatch.setenv("TIMEZONE", "")
    settings = read_settings()
    assert settings.admins == {12, 34, 56}
    assert settings.send_rate == 7.5
    assert settings.log_level == "info"
    assert settings.timezone == "Asia/Almaty"
    assert not settings.is_sandbox


def test_the_sandbox_and_the_live_bot_have_files_of_their_own() -> None:
    assert read_settings().database_url == "sqlite+aiosqlite:///var/sandbox.db"
    live = read_settings(bot_token=SecretStr(TOKEN), data_dir=Path("/srv/halyq"))
    assert live.database_url == "sqlite+aiosqlite:////srv/halyq/halyq.db"
    given_one = "sqlite+aiosqlite:///elsewhere.db"
    assert read_settings(database_url=given_one).database_url == given_one


def test_the_sandbox_can_be_asked_for_although_a_token_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    assert read_settings(bot_token=None).database_url.endswith("sandbox.db")


def test_secrets_are_not_shown() -> None:
    shown = repr(read_settings(bot_token=SecretStr(TOKEN), pepper=SecretStr("p" * 40)))
    assert TOKEN not in shown
    assert "p" * 40 not in shown


@given(st.lists(st.integers(1, 2**52), max_size=5), st.sampled_from([",", ", ", ";", " ,,"]))
def test_admin_ids_are_read_however_they_are_separated(ids: list[int], separator: str) -> None:
    assert Settings(_env_file=None, admin_ids=separator.join(map(str, ids))).admins == set(ids)


@given(st.sampled_from(["", "12,"]), st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_anything_else_in_admin_ids_is_refused_with_advice(before: str, text: str) -> None:
    assume(not re.fullmatch(r"([1-9][0-9]*)?([,;]([1-9][0-9]*)?)*", text))
    with pytest.raises(SettingsWrong, match="ADMIN_IDS: "):
        read_settings(admin_ids=before + text)


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_setting_stands_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"| `{name.upper()}` |" not in manual] == []


def test_postgresql_wants_a_pepper_that_all_workers_share() -> None:
    settings = read_settings(database_url="postgresql+asyncpg://halyq@localhost/halyq")
    with pytest.raises(SettingsWrong, match="openssl rand -hex 32"):
        settings.pepper_bytes()
    assert read_settings(pepper=SecretStr("p" * 32)).pepper_bytes() == b"p" * 32


def test_a_folder_that_cannot_be_written_is_named() -> None:
    Path("var").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(SettingsWrong, match="DATA_DIR"):
        read_settings().pepper_bytes()
