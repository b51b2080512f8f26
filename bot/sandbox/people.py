"""Who is there from the start: people to play and their group, under ids that never change."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

Role = Literal["resident", "moderator", "official", "admin"]
"""Who a person plays: a label for the page, unknown to the bot."""

AIGUL: Final = 6_100_000_001
"""Resident, Kazakh."""
SERGEI: Final = 6_100_000_002
"""Resident, Russian."""
DANA: Final = 6_100_000_003
"""Resident, English."""
OLGA: Final = 6_100_000_004
"""Resident with a British number, which may not sign."""
MARAT: Final = 6_100_000_005
"""Moderator, Kazakh."""
GULNAR: Final = 6_100_000_006
"""Official, Kazakh."""
ERZHAN: Final = 6_100_000_007
"""Admin, Kazakh: the one for ADMIN_IDS."""

GROUP: Final = -4_100_000_001
"""The residents' group «Біздің аула»: Айгүл, Сергей, Dana and the bot."""
GROUP_TITLE: Final = "Біздің аула"

FIRST_NEW_PERSON: Final = 6_200_000_001
FIRST_NEW_GROUP: Final = -4_200_000_001
COLORS: Final = ("#d45246", "#6c61df", "#46a357", "#359ad4", "#d09306", "#cc5a8e", "#2b9d95")
"""Avatars' colours, dark enough for white letters of this size."""


@dataclass(slots=True)
class Person:
    """Somebody with a Telegram account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "kk"
    phone: str = ""
    """E.164, with the plus."""
    role: Role = "resident"
    color: str = COLORS[0]
    opened: bool = False
    """Whether the person has started the bot, so that it may write."""
    blocked: bool = False
    """Whether the person has blocked the bot."""
    deactivated: bool = False
    """Whether the account was deleted."""

    def user(self) -> dict[str, Any]:
        """The person as the Bot API writes a User."""
        shown: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        for key in ("last_name", "username", "language_code"):
            if getattr(self, key):
                shown[key] = getattr(self, key)
        return shown

    def private_chat(self) -> dict[str, Any]:
        """The person's chat with the bot as the Bot API writes a Chat."""
        shown: dict[str, Any] = {"id": self.id, "first_name": self.first_name, "type": "private"}
        for key in ("last_name", "username"):
            if getattr(self, key):
                shown[key] = getattr(self, key)
        return shown

    def shared_phone(self) -> str:
        """The number as a client shares it. Some write the plus, some do not: so people of odd ids do."""
        return self.phone if self.id % 2 else self.phone.removeprefix("+")

    def as_json(self) -> dict[str, Any]:
        """The person as the page and the store write one."""
        return asdict(self)


def default_people() -> list[Person]:
    """The people of a new world."""
    rows: list[tuple[int, str, str, str, str, str, Role]] = [
        (AIGUL, "Айгүл", "Серікқызы", "aigul_s", "kk", "+77011234501", "resident"),
        (SERGEI, "Сергей", "Волков", "sergei_v", "ru", "+77051234502", "resident"),
        (DANA, "Dana", "Akhmet", "dana_a", "en", "+77071234503", "resident"),
        (OLGA, "Olga", "Smith", "", "ru", "+447911123456", "resident"),
        (MARAT, "Марат", "Оспанов", "marat_o", "kk", "+77771234505", "moderator"),
        (GULNAR, "Гүлнар", "Қасымова", "gulnar_q", "kk", "+77021234506", "official"),
        (ERZHAN, "Ержан", "Әбенов", "erzhan_a", "kk", "+77471234507", "admin"),
    ]
    return [
        Person(number, first, last, username, language, phone, role, COLORS[place % len(COLORS)])
        for place, (number, first, last, username, language, phone, role) in enumerate(rows)
    ]
