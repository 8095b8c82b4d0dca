"""What the bot says in English: the texts of ``params.py``, under the same keys."""

from __future__ import annotations

from typing import Final

EMBED_FOOTER_TEXT: Final = "Ticketbot • The team answers as soon as possible"

MESSAGES: Final[dict[str, str]] = {
    # The panel.
    "panel_title": "{emoji} Contact the team",
    "panel_text": (
        "A question, a problem, an idea?\n\n"
        "To **open a ticket** and contact the team, press the {emoji} button below. "
        "A private channel will be created: only you and the team can read it."
    ),
    "panel_button": "Open a ticket",
    # Inside a ticket.
    "topic": "Ticket {number} · {opener} · {opened_at}",
    "welcome_title": "{emoji} Ticket {number}",
    "welcome_text": (
        "Hello {opener}! Thank you for contacting the team: a staff member will answer you as soon as possible. "
        "To help us help you:"
    ),
    "welcome_problem_title": "{emoji} A problem?",
    "welcome_problem_text": "Name the users concerned and attach your evidence (screenshots, links…).",
    "welcome_partnership_title": "{emoji} A partnership?",
    "welcome_partnership_text": "Please make sure that you have read the partnership conditions.",
    "welcome_application_title": "{emoji} An application?",
    "welcome_application_text": "Tell us which position you are applying for, and why you!",
    "lost_roles_title": "{emoji} Role deleted",
    "lost_roles_text": (
        "A configured staff role no longer exists ({roles}): it was left out. "
        "An administrator can run `/ticket-config` again."
    ),
    "claim_button": "Claim",
    "claimed_title": "{emoji} Ticket claimed",
    "claimed_text": "{claimer} is taking care of this ticket.",
    "close_button": "Close",
    "closed_title": "{emoji} Ticket closed",
    "closed_text": (
        "Closed by {closer}. {opener} no longer sees this channel.\n\n"
        "The staff can reopen the ticket, or delete it: its transcript will then be archived."
    ),
    "reopen_button": "Reopen",
    "reopened_title": "{emoji} Ticket reopened",
    "reopened_text": "{opener}, your ticket was reopened: you can write here again.",
    "delete_button": "Delete",
    "deletion_question_title": "{emoji} Delete this ticket?",
    "deletion_question_text": (
        "The channel will be **deleted for good** once its transcript is archived. Do you confirm?"
    ),
    "confirm_button": "Confirm",
    "cancel_button": "Cancel",
    "deletion_cancelled_title": "{emoji} Deletion cancelled",
    "deletion_cancelled_text": "The ticket stays closed, nothing was deleted.",
    "deleting_title": "{emoji} Deleting",
    "deleting_text": "The transcript is being archived; the channel will be deleted as soon as it is verified.",
    # Answers to the member who pressed.
    "opened_title": "{emoji} Your ticket is open",
    "opened_text": "It is here: {channel}",
    # The transcript.
    "transcript_title": "{emoji} Transcript of ticket {number}",
    "transcript_opener": "Opened by",
    "transcript_claimer": "Claimed by",
    "transcript_nobody": "Nobody",
    "transcript_one": "1 message",
    "transcript_count": "{count} messages",
    "transcript_opened": "opened {moment}",
    "transcript_closed": "closed {moment}",
    "transcript_part": "**Part {part} of {parts}**: keep all files in one folder",
    # /ticket-config.
    "configured_title": "{emoji} Configuration saved",
    "configured_text": "The panel is in {panel}, transcripts will go to {transcript}.",
    "not_configured_title": "{emoji} Configuration refused",
    "not_configured_text": "Nothing was saved. Mend this, then run `/ticket-config` again:",
    "configured_warnings": "Good to know:",
    "place_panel": "in the panel's channel {channel}",
    "place_transcript": "in the transcripts' channel {channel}",
    "place_category": "in the category {channel}",
    "missing_permission": "I lack the permission **{permission}** {place}.",
    "problem_everyone_role": "`@everyone` cannot be a staff role.",
    "problem_role_missing": "One of the roles no longer exists.",
    "problem_channel_missing": "One of the channels no longer exists, or I cannot see it.",
    "problem_channel_type": "It takes two text channels and a category, all of this server.",
    "problem_message_content": (
        "The application's “Message Content Intent” is switched off: transcripts would come out blank. "
        "The bot's owner can switch it on in Discord's developer portal (page Bot)."
    ),
    "problem_category_nearly_full": "The category is nearly full: Discord allows at most 50 channels in it.",
    "problem_guild_nearly_full": "The server is nearly full: Discord allows at most 500 channels in it.",
    "problem_old_panel_stays": "I could not remove the old panel: please delete it by hand.",
    # Refusals: one for each class of TicketError, by its name.
    "refused_title": "{emoji} Not possible",
    "refused_not_configured": (
        "Tickets are not configured here yet. An administrator can do that with `/ticket-config`."
    ),
    "refused_not_administrator": "Only the server's administrators can do that.",
    "refused_not_staff": "Only the staff can do that.",
    "refused_opener_cannot_claim": "You opened this ticket: somebody else has to claim it.",
    "refused_not_participant": "Only the member who opened the ticket and the staff can do that.",
    "refused_no_ticket": "This ticket no longer exists.",
    "refused_already_open": "You already have an open ticket: {channel}",
    "refused_already_opening": "Your ticket is being opened. Please wait a moment.",
    "refused_already_claimed": "{claimer} is already taking care of this ticket.",
    "refused_wrong_state_reserved": "This ticket is still being opened. Please wait a moment.",
    "refused_wrong_state_open": "This ticket is open: close it first.",
    "refused_wrong_state_closed": "This ticket is closed: reopen it first.",
    "refused_wrong_state_deleting": "This ticket is being deleted.",
    "refused_repeated_press": "This request was already dealt with.",
    "refused_stale_ticket": "Somebody changed this ticket at the same moment. Please try again.",
    "refused_stale_config": "Somebody is configuring the server at the same moment. Please try again.",
    "refused_slot_taken": "Somebody changed this ticket at the same moment. Please try again.",
    "refused_store_unavailable": (
        "The bot's database does not answer. Please try again in a minute; if it goes on, tell whoever hosts the bot."
    ),
    "refused_category_full": "The tickets' category is full (50 channels). The staff must delete closed tickets.",
    "refused_guild_full": "The server is full (500 channels). An administrator must delete some.",
    "refused_category_missing": (
        "The tickets' category was deleted. An administrator must run `/ticket-config` again."
    ),
    "refused_transcript_channel_missing": (
        "The transcripts' channel was deleted: nothing was erased. An administrator must run `/ticket-config` again."
    ),
    "refused_channel_gone": "This ticket's channel was deleted.",
    "refused_missing_permissions": (
        "I lack permissions{place}. An administrator can run `/ticket-config` again to learn which ones."
    ),
    "refused_transcript_too_large": (
        "The transcript is too large for Discord: nothing was erased. Please tell whoever hosts the bot."
    ),
    "refused_transcript_not_verified": (
        "The transcript could not be read back from its channel: nothing was erased. Please try again."
    ),
    "refused_discord_busy": "Discord asks me to wait. Please try again in {seconds} s.",
    "refused_discord_unavailable": "Discord does not answer as it should. Please try again in a minute.",
    "refused_discord_refused": (
        "Discord refused (code {code}). An administrator can run `/ticket-config` again to check the configuration."
    ),
    "unknown": "This button or command is of no use any more. An administrator can run `/ticket-config` again.",
    "failed": "An unexpected error occurred. It was noted; tell whoever hosts the bot if it happens again.",
    "at_place": " in {channel}",
    # What Discord's client shows while a command is typed.
    "command_name": "ticket-config",
    "command_text": "Configure this server's tickets",
    "option_salon_name": "panel",
    "option_salon_text": "The channel for the panel",
    "option_transcription_name": "transcripts",
    "option_transcription_text": "The channel for the transcripts",
    "option_category_name": "category",
    "option_category_text": "The category in which tickets are created",
    "option_role_name": "role",
    "option_role_text": "A role that answers tickets",
    "option_other_role_text": "Another role that answers tickets",
    "option_langue_name": "language",
    "option_langue_text": "The language of the panel, the tickets and the transcripts; otherwise the server's",
}
"""Every text that a member sees, with its placeholders in braces."""

PERMISSION_NAMES: Final[dict[str, str]] = {
    "VIEW_CHANNEL": "View Channel",
    "SEND_MESSAGES": "Send Messages",
    "EMBED_LINKS": "Embed Links",
    "ATTACH_FILES": "Attach Files",
    "READ_MESSAGE_HISTORY": "Read Message History",
    "MENTION_EVERYONE": "Mention @everyone, @here, and All Roles",
    "MANAGE_CHANNELS": "Manage Channels",
    "MANAGE_ROLES": "Manage Permissions (Manage Roles)",
}
"""Discord's own words for the permissions, in its English client."""
