"""People's choices are obeyed when a message is sent, whoever queued it; nothing is lost and nothing told twice."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import func, select, update

from bot.delivery.held import OutboxHolder
from bot.delivery.models import Delivery, DeliveryState
from bot.notifications.models import InterestKind
from bot.notifications.rules import Event, Mode
from bot.petitions.rules import Action, Actor, Outcome, State
from bot.petitions.search.shelves import shelf_of
from tests.notifications.town import ALMATY, Town
from tests.petitions.reading.making import OBLAST, TALGAR, TOWN, person, petition_in
from tests.telegram.in_memory import refused


def at(hour: int, minute: int = 0, *, day: int = 25) -> datetime:
    """A moment of November 2026 in Almaty; the 25th is a Wednesday."""
    return datetime.combine(datetime(2026, 11, day).date(), time(hour, minute), ALMATY)


async def _considered(town: Town, moment: datetime, *numbers: int) -> tuple[int, list[int]]:
    """A petition under consideration that these people signed; the first is its author. Nothing waits any more."""
    async with town.database.transaction() as session:
        people = [await person(session, number, moment, place=TOWN) for number in numbers]
        petition = await petition_in(session, town.petitions, people[0], State.PUBLISHED, moment)
        for one in people[1:]:
            await town.petitions.sign(session, petition.id, one, moment)
        for action, actor in (
            (Action.REACH_THRESHOLD, Actor.SIGNERS),
            (Action.SEND, Actor.MODERATOR),
            (Action.REGISTER, Actor.OFFICIAL),
        ):
            await town.petitions.change(session, petition, action, actor, None, moment)
        await session.execute(update(Delivery).values(state=DeliveryState.SENT, finished_at=moment))
        return petition.id, [one.id for one in people]


async def _decide(town: Town, number: int, moment: datetime) -> None:
    async with town.database.transaction() as session:
        petition = await town.petitions.get(session, number)
        await town.petitions.change(
            session,
            petition,
            Action.DECIDE,
            Actor.OFFICIAL,
            None,
            moment,
            outcome=Outcome.SATISFIED,
            answer="Аялдама жаңартылады.",
        )


async def test_a_decision_of_the_night_is_told_once_in_the_morning_also_after_a_restart(any_town: Town) -> None:
    town = any_town
    number, _ = await _considered(town, at(12), 1, 2)
    await _decide(town, number, at(23))
    assert await town.send(at(23, 1)) == []
    assert await town.send(at(7, 59, day=26)) == []
    told = await town.send(at(8, 1, day=26))
    assert sorted(chat for chat, _ in told) == [1, 2]
    assert await town.send(at(12, day=26)) == []


async def test_an_event_goes_into_one_digest_and_is_not_told_again(any_town: Town) -> None:
    town = any_town
    number, (_, signer) = await _considered(town, at(10), 1, 2)
    async with town.database.transaction() as session:
        for event in (Event.SIGNED, Event.DECISIONS):
            await town.notifications.set_mode(session, signer, event, Mode.DAILY, at(10))
        petition = await town.petitions.get(session, number)
        await town.petitions.tell_everybody(session, petition, kind="petition_sent", cause="sent:x", now=at(11))
    await _decide(town, number, at(11))
    told = await town.send(at(11, 1), rounds=3)
    assert {chat for chat, _ in told} == {1}, "only the author is told at once"
    assert await town.send(at(18, 59)) == []
    digest = await town.send(at(19))
    assert [chat for chat, _ in digest] == [2]
    text = digest[0][1]
    assert text.count(f"№ {number} ") == 1, "one block for the petition"
    assert text.index("has been sent") < text.index("satisfied")
    async with town.database.transaction() as session:
        petition = await town.petitions.get(session, number)
        await town.petitions.tell_everybody(session, petition, kind="petition_sent", cause="sent:x", now=at(20))
    assert await town.send(at(19, day=26)) == [], "the same cause is told once, by whatever way"


async def test_a_weekly_digest_waits_for_its_day(town: Town) -> None:
    number, (_, signer) = await _considered(town, at(10), 1, 2)
    async with town.database.transaction() as session:
        await town.notifications.set_mode(session, signer, Event.DECISIONS, Mode.WEEKLY, at(10))
        await town.notifications.set_digest(session, signer, at(10), weekday=5, hour=9)
    await _decide(town, number, at(11))
    assert {chat for chat, _ in await town.send(at(11, 1))} == {1}
    assert await town.send(at(19)) == []
    assert [chat for chat, _ in await town.send(at(9, day=28))] == [2]


async def test_silence_is_kept_but_the_author_hears_of_the_decision_with_the_daily_digest(town: Town) -> None:
    number, (author, signer) = await _considered(town, at(10), 1, 2)
    async with town.database.transaction() as session:
        for resident_id in (author, signer):
            for event in Event:
                await town.notifications.set_mode(session, resident_id, event, Mode.NEVER, at(10))
    await _decide(town, number, at(11))
    assert await town.send(at(11, 1)) == []
    assert [chat for chat, _ in await town.send(at(19))] == [1]


async def test_a_digest_missed_while_the_bot_was_down_comes_when_it_is_up_outside_the_quiet_hours(town: Town) -> None:
    number, (_, signer) = await _considered(town, at(10), 1, 2)
    async with town.database.transaction() as session:
        await town.notifications.set_mode(session, signer, Event.DECISIONS, Mode.DAILY, at(10))
    await _decide(town, number, at(11))
    await town.send(at(11, 1))
    assert await town.send(at(23)) == []
    assert [chat for chat, _ in await town.send(at(8, 1, day=26))] == [2]


async def test_a_round_of_the_sender_that_dies_after_gathering_loses_nothing(town: Town) -> None:
    """The gathered event and its digest are written in one transaction: both are there, or neither."""
    number, (_, signer) = await _considered(town, at(10), 1, 2)
    async with town.database.transaction() as session:
        await town.notifications.set_mode(session, signer, Event.DECISIONS, Mode.DAILY, at(10))
    await _decide(town, number, at(11))
    try:
        async with town.database.transaction() as session:
            rows = (await session.scalars(select(Delivery).where(Delivery.state == DeliveryState.WAITING))).all()
            await town.sender(at(11))._let_through(session, town.notifications.gate, rows, at(11))
            raise ConnectionResetError
    except ConnectionResetError:
        pass
    async with town.database.reading() as session:
        states = set(await session.scalars(select(Delivery.state).where(Delivery.created_at == at(11))))
    assert states == {DeliveryState.WAITING}
    await town.send(at(11, 1))
    assert [chat for chat, _ in await town.send(at(19))] == [2]


async def test_two_senders_at_once_gather_and_tell_once(town: Town) -> None:
    number, (_, signer) = await _considered(town, at(10), 1, 2)
    async with town.database.transaction() as session:
        await town.notifications.set_mode(session, signer, Event.DECISIONS, Mode.DAILY, at(10))
    await _decide(town, number, at(11))
    await town.send(at(11, 1))
    await town.send(at(11, 2))
    async with town.database.reading() as session:
        digests = await session.scalar(select(func.count()).select_from(Delivery).where(Delivery.kind == "news_digest"))
    assert digests == 1
    first, second = await town.send(at(19)), await town.send(at(19, 1))
    assert (len(first), len(second)) == (1, 0)


async def test_new_petitions_are_told_to_followers_of_the_place_and_the_topic_once(any_town: Town) -> None:
    town = any_town
    async with town.database.transaction() as session:
        author = await person(session, 1, at(10))
        of_oblast, of_both, elsewhere, signer = [await person(session, number, at(10)) for number in (2, 3, 4, 5)]
        follow = town.notifications.set_interest
        await follow(session, of_oblast.id, InterestKind.PLACE, OBLAST, at(10), on=True)
        await follow(session, of_both.id, InterestKind.PLACE, TALGAR, at(10), on=True)
        await follow(session, of_both.id, InterestKind.TOPIC, shelf_of("city_roads"), at(10), on=True)
        await follow(session, elsewhere.id, InterestKind.PLACE, "kz-almaty-city", at(10), on=True)
        await follow(session, signer.id, InterestKind.PLACE, TALGAR, at(10), on=True)
        for one in (of_oblast, of_both, elsewhere, signer):
            await town.notifications.set_mode(session, one.id, Event.NEW, Mode.AT_ONCE, at(10))
        petition = await petition_in(session, town.petitions, author, State.GATHERING, at(10), place=TOWN)
        petition.subject = "city_roads"
        await town.petitions.sign(session, petition.id, signer, at(10))
        for action, actor in ((Action.SUPPORTERS_FOUND, Actor.SIGNERS), (Action.APPROVE, Actor.MODERATOR)):
            await town.petitions.change(session, petition, action, actor, None, at(10))
    told = await town.send(at(11))
    new = sorted(chat for chat, text in told if "New petition" in text)
    assert new == [2, 3], "each once; not the signer, who hears that it is published"
    assert any(chat == 5 and "published" in text for chat, text in told)


async def test_milestones_reach_signers_who_wish_to_hear_of_them(town: Town) -> None:
    async with town.database.transaction() as session:
        author, wishes, does_not = [await person(session, number, at(10)) for number in (1, 2, 3)]
        petition = await petition_in(session, town.petitions, author, State.PUBLISHED, at(10), more=95)
        await town.petitions.sign(session, petition.id, wishes, at(10))
        await town.petitions.sign(session, petition.id, does_not, at(10))
        await town.notifications.set_mode(session, wishes.id, Event.MILESTONES, Mode.AT_ONCE, at(10))
        await session.execute(update(Delivery).values(state=DeliveryState.SENT, finished_at=at(10)))
        for number in (4, 5, 6):
            await town.petitions.sign(session, petition.id, await person(session, number, at(10)), at(10))
    told = await town.send(at(11))
    assert sorted(chat for chat, text in told if "100 of" in text) == [1, 2]


async def test_what_was_gathered_moves_with_the_account(any_town: Town) -> None:
    town = any_town
    number, (_, signer) = await _considered(town, at(10), 1, 2)
    async with town.database.transaction() as session:
        await town.notifications.set_mode(session, signer, Event.DECISIONS, Mode.DAILY, at(10))
        await town.notifications.set_interest(session, signer, InterestKind.PLACE, TALGAR, at(10), on=True)
    await _decide(town, number, at(11))
    await town.send(at(11, 1))
    async with town.database.transaction() as session:
        other = await person(session, 9, at(12))
        for holder in (town.petitions, OutboxHolder(), town.notifications):
            await holder.move(session, signer, other.id, at(12))
        assert (await town.notifications.wishes(session, other.id)).modes[Event.DECISIONS] is Mode.DAILY
        assert [one.key for one in await town.notifications.interests(session, other.id)] == [TALGAR]
    assert await town.send(at(12, 1)) == []
    assert [chat for chat, _ in await town.send(at(19))] == [9]
    assert await town.send(at(19, day=26)) == []


async def test_an_erased_person_leaves_no_choices_and_hears_nothing(town: Town) -> None:
    number, (_, signer) = await _considered(town, at(10), 1, 2)
    async with town.database.transaction() as session:
        await town.notifications.set_mode(session, signer, Event.DECISIONS, Mode.DAILY, at(10))
        await town.notifications.set_interest(session, signer, InterestKind.PLACE, TALGAR, at(10), on=True)
    await _decide(town, number, at(11))
    await town.send(at(11, 1))
    async with town.database.transaction() as session:
        for holder in (town.petitions, OutboxHolder(), town.notifications):
            await holder.erase(session, signer, at(12))
        exported = await town.notifications.export(session, signer)
    assert exported["notifications"]["chosen"] is False
    assert exported["notifications"]["follows"] == []
    assert await town.send(at(19)) == []


async def test_one_pinned_message_stands_for_all_but_the_decision(any_town: Town) -> None:
    town = any_town
    async with town.database.transaction() as session:
        author, signer = [await person(session, number, at(10)) for number in (1, 2)]
        petition = await petition_in(session, town.petitions, author, State.PUBLISHED, at(10))
        await town.petitions.sign(session, petition.id, signer, at(10))
        await session.execute(update(Delivery).values(state=DeliveryState.SENT, finished_at=at(10)))
        await town.notifications.set_one_message(session, signer.id, at(10), on=True)
        await town.petitions.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, at(10))
        number = petition.id
    first = await town.send(at(11))
    assert [text for chat, text in first if chat == 2 and "stays up to date" in text]
    assert [params for method, params in town.api.calls if method == "pinChatMessage"], "it is pinned"
    await town.edit(at(11, 1))
    async with town.database.transaction() as session:
        petition = await town.petitions.get(session, number)
        await town.petitions.change(session, petition, Action.SEND, Actor.MODERATOR, None, at(12))
        await town.petitions.change(session, petition, Action.REGISTER, Actor.OFFICIAL, None, at(12))
    assert {chat for chat, _ in await town.send(at(12, 1), rounds=3)} == {1}, "the event waits for the edit"
    edits = await town.edit(at(12, 2))
    assert [edit["chat_id"] for edit in edits] == [2]
    assert "Under consideration" in edits[0]["text"]
    assert await town.send(at(12, 3)) == [], "what the message shows is not told again"
    await _decide(town, number, at(13))
    assert sorted(chat for chat, _ in await town.send(at(13, 1), rounds=2)) == [1, 2]


async def test_when_the_pinned_message_is_gone_events_are_told_again(town: Town) -> None:
    async with town.database.transaction() as session:
        author, signer = [await person(session, number, at(10)) for number in (1, 2)]
        petition = await petition_in(session, town.petitions, author, State.PUBLISHED, at(10))
        await town.petitions.sign(session, petition.id, signer, at(10))
        await session.execute(update(Delivery).values(state=DeliveryState.SENT, finished_at=at(10)))
        await town.notifications.set_one_message(session, signer.id, at(10), on=True)
        await town.petitions.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, at(10))
        number = petition.id
    await town.send(at(11))
    await town.edit(at(11, 1))
    async with town.database.transaction() as session:
        await town.notifications.set_one_message(session, signer.id, at(11), on=False)
        petition = await town.petitions.get(session, number)
        await town.petitions.change(session, petition, Action.SEND, Actor.MODERATOR, None, at(12))
    town.api.fails["editMessageText"] = [refused("message to edit not found")]
    await town.send(at(12))
    await town.edit(at(12, 1))
    assert [chat for chat, _ in await town.send(at(12, 2))] == [2]
