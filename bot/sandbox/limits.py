"""Telegram's limits, each with what it measures."""

from __future__ import annotations

import re
from typing import Final

TEXT_LENGTH: Final = 4096
"""UTF-16 units of a message text, after entities were parsed."""

CAPTION_LENGTH: Final = 1024
"""UTF-16 units of a caption, after entities were parsed."""

CALLBACK_DATA_BYTES: Final = 64
"""Bytes of UTF-8 that a button may carry."""

CALLBACK_ANSWER_LENGTH: Final = 200
"""Characters of the notice that answers a tap."""

CALLBACK_SECONDS: Final = 15
"""How long a tap may wait for its one answer."""

INLINE_SECONDS: Final = 15
"""How long an inline query may wait for its one answer."""

KEYBOARD_BUTTONS: Final = 100
"""Buttons under one message."""

KEYBOARD_ROW: Final = 8
"""Buttons side by side; clients show no more."""

REPLY_KEYBOARD_BUTTONS: Final = 300
"""Buttons below the writing field."""

COPY_TEXT_LENGTH: Final = 256
"""Characters a button may copy."""

INLINE_RESULTS: Final = 50
"""Results in one answer to an inline query."""

INLINE_RESULT_ID_BYTES: Final = 64
"""Bytes of an inline result's identifier."""

INLINE_QUERY_LENGTH: Final = 256
"""Characters of an inline query."""

INLINE_NEXT_OFFSET_BYTES: Final = 64
"""Bytes of the offset that asks for more inline results."""

START_PARAMETER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a deep link may carry to /start."""

COMMAND_NAME: Final = re.compile(r"[a-z0-9_]{1,32}")
"""A command's name without the slash."""

COMMANDS: Final = 100
"""Commands in one list."""

COMMAND_DESCRIPTION_LENGTH: Final = 256
"""Characters of a command's description."""

BOT_NAME_LENGTH: Final = 64
"""Characters of the bot's name."""

BOT_DESCRIPTION_LENGTH: Final = 512
"""Characters shown in an empty chat with the bot."""

BOT_SHORT_DESCRIPTION_LENGTH: Final = 120
"""Characters shown on the bot's profile."""

PHOTO_BYTES: Final = 10 * 1024 * 1024
"""Size of a photo."""

PHOTO_SIDES: Final = 10_000
"""Width and height of a photo together."""

PHOTO_RATIO: Final = 20
"""How many times longer than its other side a photo may be."""

FILE_BYTES: Final = 50 * 1024 * 1024
"""Size of any other file a bot sends."""

DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
"""Size of a file a bot may download."""

UPDATES_AT_ONCE: Final = 100
"""Updates in one answer to getUpdates."""

POLL_SECONDS: Final = 50
"""The longest a getUpdates call is held open."""

MESSAGES_AT_ONCE: Final = 100
"""Messages named in one deleteMessages call."""

WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""The secret token of a webhook."""

TOKEN: Final = re.compile(r"(\d{1,16}):[A-Za-z0-9_-]{3,}")
"""A bot token: the bot's id and a secret."""
