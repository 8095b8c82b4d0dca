"""The SQL statements of the embedded store; each uses an index, which a test sees to."""

from __future__ import annotations

from typing import Final

COUNT: Final = "INSERT INTO counters (guild, n) VALUES (:guild, 1) ON CONFLICT (guild) DO UPDATE SET n = n + 1"
COUNTER: Final = "SELECT n FROM counters WHERE guild = :guild"
FREE_NUMBER: Final = "SELECT number FROM free_numbers WHERE guild = :guild ORDER BY number LIMIT 1"
TAKE_NUMBER: Final = "DELETE FROM free_numbers WHERE guild = :guild AND number = :number"
RETURN_NUMBER: Final = """
    INSERT INTO free_numbers (guild, number) SELECT :guild, :number FROM counters WHERE guild = :guild AND n >= :number
    ON CONFLICT DO NOTHING
"""
RAISE_COUNTER: Final = """
    INSERT INTO counters (guild, n) VALUES (:guild, :n) ON CONFLICT (guild) DO UPDATE SET n = max(n, :n)
"""
ADD: Final = """
    INSERT INTO tickets (id, guild, number, channel, slot, unfinished, changed, revision, document)
    VALUES (:id, :guild, :number, :channel, :slot, :unfinished, :changed, :revision, :document)
"""
SWAP: Final = """
    UPDATE tickets SET channel = :channel, slot = :slot, unfinished = :unfinished, changed = :changed,
        revision = :revision, document = :document
    WHERE id = :id AND revision = :old_revision
"""
IS_NOT_FOR_SLOT: Final = """
    SELECT 1 FROM tickets
    WHERE (guild = :guild AND channel = :channel AND id <> :id) OR (id = :id AND revision IS NOT :old_revision)
"""
"""Whether a ticket is refused for its number, revision or channel, and not for its slot."""
DISCARD: Final = "DELETE FROM tickets WHERE id = :id AND revision = :revision"
BY_ID: Final = "SELECT id, CAST(document AS BLOB) FROM tickets WHERE id = :id"
BY_CHANNEL: Final = "SELECT id, CAST(document AS BLOB) FROM tickets WHERE channel = :channel AND guild = :guild"
LIVE_OF: Final = """
    SELECT id, CAST(document AS BLOB) FROM tickets
    WHERE guild = :guild AND slot > :low AND slot < :high ORDER BY number
"""
TICKETS_OF: Final = """
    SELECT id, CAST(document AS BLOB) FROM tickets
    WHERE guild = :guild AND number > :after ORDER BY number LIMIT :limit
"""
UNFINISHED: Final = """
    SELECT id, CAST(document AS BLOB) FROM tickets
    WHERE unfinished = 1 AND changed < :before ORDER BY changed LIMIT :limit
"""
RECORD_INTERACTION: Final = "INSERT INTO presses (id, at) VALUES (:id, :now) ON CONFLICT (id) DO NOTHING"
FORGET_INTERACTIONS: Final = "DELETE FROM presses WHERE at < :before"
RECORD_OPENING: Final = "INSERT INTO openings (id, opener, at) VALUES (:_id, :opener, :at) ON CONFLICT (id) DO NOTHING"
OPENINGS_OF: Final = "SELECT at FROM openings WHERE opener = :opener AND at > :after ORDER BY at"
FORGET_OPENINGS: Final = "DELETE FROM openings WHERE at < :before"
CONFIG: Final = "SELECT guild, CAST(document AS BLOB) FROM configs WHERE guild = :guild"
ADD_CONFIG: Final = """
    INSERT INTO configs (guild, revision, document) VALUES (:guild, :revision, :document) ON CONFLICT (guild) DO NOTHING
"""
SWAP_CONFIG: Final = """
    UPDATE configs SET revision = :revision, document = :document WHERE guild = :guild AND revision = :old_revision
"""
CONFIGS: Final = """
    SELECT guild, CAST(document AS BLOB) FROM configs WHERE guild > :after ORDER BY guild LIMIT :limit
"""

FORGET_CONFIG: Final = "DELETE FROM configs WHERE guild = :guild"
FORGET_TICKETS: Final = "DELETE FROM tickets WHERE guild = :guild"
FORGET_COUNTER: Final = "DELETE FROM counters WHERE guild = :guild"
FORGET_FREE_NUMBERS: Final = "DELETE FROM free_numbers WHERE guild = :guild"
FORGET_OPENINGS_OF_GUILD: Final = "DELETE FROM openings WHERE id > :low AND id < :high"
FORGET_GUILD: Final = (FORGET_CONFIG, FORGET_TICKETS, FORGET_COUNTER, FORGET_FREE_NUMBERS, FORGET_OPENINGS_OF_GUILD)

# Whole tables, for exports and `ticketbot check`; the only ones that read without an index.

ALL_TICKETS: Final = "SELECT id, CAST(document AS BLOB) FROM tickets"
ALL_CONFIGS: Final = "SELECT guild, CAST(document AS BLOB) FROM configs"
ALL_COUNTERS: Final = "SELECT guild, n FROM counters"
ALL_FREE_NUMBERS: Final = "SELECT guild, number FROM free_numbers ORDER BY guild, number"
