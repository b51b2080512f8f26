"""What people set right about bodies leaves the bot as JSON lines for whoever teaches the router."""

from __future__ import annotations

import json
from pathlib import Path

from tests.operations.conftest import Command
from tests.operations.test_keeping import run_sql

PETITION = """
INSERT INTO petitions (access_key, state, version, language, title, ask, why, text_version, text_hash,
  place_key, body_key, suggested_body_key, subject, rules_from, supporters_needed, threshold_article, threshold_key,
  signature_count, milestone, opened_at, published_at, closes_on)
VALUES ('k', 'published', 2, 'kk', 'Қоқыс тарифі төмендесін', 'Арзандатыңыздар', '8 701 123 45 67', 1, 'h',
  'kz-almaty-oblast/talgar-district', 'maslikhat:kz-almaty-oblast/talgar-district',
  'akimat:kz-almaty-oblast/talgar-district', 'waste_tariff', '2026-03-01', 50, '90-3(4)', 'DM', 3, 0,
  '2026-10-01 00:00:00', '2026-10-02 00:00:00', '2027-04-02')
"""
OPENED = """
INSERT INTO petition_events (petition_id, at, action, target, article, body_key)
VALUES (1, '2026-10-01 00:00:00', 'open', 'gathering', '90-2(4)(1)', 'maslikhat:kz-almaty-oblast/talgar-district')
"""


def test_corrections_are_printed_a_line_each_without_anything_personal(command: Command, tmp_path: Path) -> None:
    assert command("migrate").exit_code == 0
    assert command("export", "routing-feedback").stdout == ""
    run_sql(tmp_path / "var" / "sandbox.db", PETITION, OPENED)
    said = command("export", "routing-feedback")
    assert said.exit_code == 0, said.stderr
    (line,) = said.stdout.splitlines()
    assert json.loads(line) == {
        "text": "Қоқыс тарифі төмендесін\nАрзандатыңыздар",
        "place": "kz-almaty-oblast/talgar-district",
        "suggested": "akimat:kz-almaty-oblast/talgar-district",
        "chosen": "maslikhat:kz-almaty-oblast/talgar-district",
        "corrected": "maslikhat:kz-almaty-oblast/talgar-district",
        "by": "author",
        "at": "2026-10-01T00:00:00+00:00",
        "language": "kk",
        "subject": "waste_tariff",
    }
    assert command("export", "routing-feedback", "--since", "2026-10-02").stdout == ""
    assert command("export", "routing-feedback", "--since", "yesterday").exit_code == 2
