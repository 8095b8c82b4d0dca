"""What the bot says in English: the texts of ``params.py``, under the same keys."""

from __future__ import annotations

from typing import Final

from ticketbot.config import english_settings

EMBED_FOOTER_TEXT: Final = "Ticketbot • The team answers as soon as possible"

MESSAGES: Final[dict[str, str]] = {
    # The panel.
    "panel_title": "{emoji} Contact the team",
    "panel_text": (
        "A question, a problem, an idea?\n\n"
        "To **open a ticket**, press the {emoji} button below. "
        "A private channel will be created: only you and the team can read it."
    ),
    "panel_topics_text": (
        "A question, a problem, an idea?\n\n"
        "**Choose a topic** to open a ticket {emoji}. "
        "A private channel will be created: only the team and you can read it."
    ),
    "panel_topics_placeholder": "Choose a topic…",
    "panel_button": "Open a ticket",
    # Inside a ticket.
    "topic": "Ticket {number} · {opener} · {opened_at}",
    "welcome_title": "{emoji} Ticket {number}",
    "welcome_text": (
        "Hello {opener}! Thanks for reaching out: the team will answer you as soon as possible. To help us help you:"
    ),
    "welcome_for_text": "Hello {opener}! {member} opened this ticket for you.",
    "welcome_topic_text": "Hello {opener}! Thanks for reaching out: the team will answer you as soon as possible.",
    "answers_title": "{emoji} Answers",
    "answers_back_title": "{emoji} Your answers, so that you need not type them again",
    "answers_file": "answers.txt",
    "quote_title": "{emoji} Quoted message",
    "quote_author": "Author",
    "quote_time": "Written",
    "quote_link": "Link",
    "answers_files_title": "{emoji} Files",
    "answers_file_not_allowed": "this type of file is not accepted here",
    "answers_file_disguised": "what the file contains does not match its name",
    "answers_file_too_large": "the file is too large to be kept",
    "answers_file_lost": "the file could not be fetched",
    "answers_file_refused": "Discord refused this file",
    "welcome_problem_title": "{emoji} A problem?",
    "welcome_problem_text": "Tell us who is involved and attach your evidence (screenshots, links…).",
    "welcome_partnership_title": "{emoji} A partnership?",
    "welcome_partnership_text": "Please read the partnership requirements first.",
    "welcome_application_title": "{emoji} An application?",
    "welcome_application_text": "Tell us which position you are applying for, and why you!",
    "categories_full_title": "{emoji} No room for tickets",
    "categories_full_text": (
        "{opener} could not open a ticket: the categories for it are full ({categories}), with 50 channels each. "
        "Delete closed tickets, or add an overflow category.\n\nThis reminder is sent once an hour at most."
    ),
    "categories_missing_title": "{emoji} Category deleted",
    "categories_missing_text": (
        "{opener} could not open a ticket: a category for it no longer exists, and no other has room ({categories}). "
        "An administrator has to choose another one, with `/ticket-config` or in the settings.\n\n"
        "This reminder is sent once an hour at most."
    ),
    "lost_roles_title": "{emoji} Role deleted",
    "lost_roles_text": (
        "A team role no longer exists ({roles}): it was left out. An administrator can run `/ticket-config` again."
    ),
    "claim_button": "Claim",
    "claimed_by_button": "Claimed by {claimer_name}",
    "claimed_title": "{emoji} Ticket claimed",
    "claimed_text": "{claimer} is taking care of this ticket.",
    "unclaimed_title": "{emoji} Ticket unclaimed",
    "unclaimed_text": "{claimer} no longer takes care of this ticket: somebody else can claim it.",
    "unclaimed_by_other_title": "{emoji} Ticket unclaimed",
    "unclaimed_by_other_text": "{member} took this ticket from {claimer}: somebody can claim it.",
    "transferred_title": "{emoji} Ticket transferred",
    "transferred_text": "{member} handed this ticket over to {claimer}.",
    "added_title": "{emoji} Added to the ticket",
    "added_text": "{member} added {target} to this ticket.",
    "removed_title": "{emoji} Removed from the ticket",
    "removed_text": "{member} removed {target} from this ticket.",
    "moved_title": "{emoji} Ticket moved",
    "moved_text": "{member} moved this ticket to the topic **{topic}**.",
    "moved_unclaimed": "{claimer} no longer takes care of it.",
    "locked_title": "{emoji} Ticket locked",
    "locked_text": "Locked by {member}: only the team can write here for now.",
    "unlocked_title": "{emoji} Ticket unlocked",
    "unlocked_text": "Unlocked by {member}: everybody can write here again.",
    "note_added_title": "{emoji} Team note",
    "note_added_text": "{member} wrote a note for the team.",
    "notes_thread": "Team notes",
    "notes_title": "{emoji} Team notes",
    "notes_text": "Only the team of this ticket sees this thread. Mentioning somebody else here who sees the ticket "
    "lets them in, until the next note.",
    "note_title": "{emoji} Note",
    "note_text": "From {member}:",
    "renamed_title": "{emoji} Ticket renamed",
    "renamed_text": "Renamed by {member}: {name}.",
    "close_requested_title": "{emoji} May we close this ticket?",
    "close_requested_text": (
        "{opener}, {member} thinks that everything is settled. Close the ticket if it is, or tell us that it is not."
    ),
    "decline_close_button": "I still need help",
    "close_declined_title": "{emoji} The ticket stays open",
    "close_declined_text": "{opener} still needs help.",
    "undo_close_title": "{emoji} Closed by mistake?",
    "undo_close_text": "For two minutes, you can undo this.",
    "undo_close_button": "Undo",
    "close_undone_title": "{emoji} Closing undone",
    "close_undone_text": "{member} undid the closing: {opener} sees this channel again.",
    "close_button": "Close",
    "closing_question_title": "Close your ticket?",
    "closing_question_text": "You will lose access to it; the team can reopen it. A reason, if you like:",
    "closing_question_staff_title": "Close this ticket?",
    "closing_question_staff_text": "Whoever opened it will no longer see it. A reason, if you wish to give one:",
    "closed_title": "{emoji} Ticket closed",
    "closed_text": (
        "Closed by {closer}. {opener} no longer sees this channel.\n\n"
        "The team can reopen the ticket, or delete it: its transcript will then be archived."
    ),
    "closed_direct_title": "{emoji} Your ticket {number} is closed",
    "closed_direct_text": (
        "{closer} closed your ticket on **{server}**. Any questions? Write to them, or open another ticket in {panel}."
    ),
    "closed_reason_title": "Reason",
    "reopen_button": "Reopen",
    "reopened_title": "{emoji} Ticket reopened",
    "reopened_text": "{opener}, your ticket was reopened: you can write here again.",
    "delete_button": "Delete",
    "deletion_question_title": "{emoji} Delete this ticket?",
    "deletion_question_text": (
        "The channel will be **deleted for good** once its transcript is archived. Are you sure?"
    ),
    "confirm_button": "Confirm",
    "cancel_button": "Cancel",
    "deletion_cancelled_title": "{emoji} Deletion cancelled",
    "deletion_cancelled_text": "The ticket stays closed, nothing was deleted.",
    "deleting_title": "{emoji} Deleting",
    "deleting_text": "The transcript is being archived; the channel will be deleted as soon as it is verified.",
    # Answers to the member who pressed.
    "opened_title": "{emoji} Your ticket is open",
    "opened_text": "Go to {channel}",
    "opening_title": "{emoji} Opening",
    "opening_text": "Got it: the ticket is being opened.",
    "opening_about_title": "{emoji} Open a ticket about this message",
    "opening_for_title": "{emoji} Open a ticket for this member",
    "done_title": "{emoji} Done",
    "menu_button": "⋯",
    "menu_title": "What would you like to do?",
    "menu_placeholder": "Choose an action",
    # /ticket infos.
    "infos_title": "{emoji} Ticket {number}",
    "infos_opener": "Opened by",
    "infos_opened_for": "Opened for",
    "infos_claimer": "Claimed by",
    "infos_participants": "Added",
    "infos_closer": "Closed by",
    "infos_locked": "Locked since",
    "infos_history": "What was done",
    # The transcript.
    "transcript_title": "{emoji} Transcript of ticket {number}",
    "transcript_opener": "Opened by",
    "transcript_claimer": "Claimed by",
    "transcript_nobody": "Nobody",
    # /ticket-config.
    "configured_title": "{emoji} Configuration saved",
    "configured_text": "The panel is in {panel}, transcripts will go to {transcript}.",
    "configured_details": "Ticket category: {category}\nTeam: {roles}\nLanguage: {language}",
    "transcripts_visible_title": "{emoji} Transcripts are not private",
    "transcripts_visible_text": (
        "**{roles} can see {channel}**, and so read everything that is said in tickets. Take away the permission "
        "“View Channel” in {channel}, or choose another channel by running `/ticket-config` again."
    ),
    "language_fr": "French",
    "language_en": "English",
    "not_configured_title": "{emoji} Configuration refused",
    "not_configured_text": "Nothing was saved. Fix this, then run `/ticket-config` again:",
    "configured_warnings": "Good to know:",
    "place_panel": "in the panel's channel {channel}",
    "place_transcript": "in the transcripts' channel {channel}",
    "place_category": "in the category {channel}",
    "place_server": "on the whole server, by one of my roles",
    "missing_permission": "I lack the permission **{permission}** {place}.",
    "problem_everyone_role": "`@everyone` cannot be a team role.",
    "problem_managed_role": "A role that a bot or an integration manages cannot be a team role.",
    "problem_public_transcript_channel": "Transcripts cannot go into a panel's channel: everybody reads it.",
    "problem_panel_channel_taken": (
        "Another panel is in this channel already: delete it in `/ticket-settings` first, or choose another channel."
    ),
    "problem_unknown_emoji": (
        "This emoji is not one that everybody can use in this server: choose another one, for example 🚨."
    ),
    "problem_timed_out": "I am timed out: a moderator has to end the timeout.",
    "problem_two_factor": (
        "This server requires two-factor authentication (2FA) of moderators, and the account of the bot's owner has "
        "none: Discord will not let me manage channels. The bot's owner has to turn it on, or an administrator to "
        "drop the requirement."
    ),
    "problem_role_missing": "One of the roles no longer exists.",
    "problem_channel_missing": "One of the channels no longer exists, or I cannot see it.",
    "problem_channel_type": "It takes two text channels and a category of this server.",
    "problem_message_content": (
        "The application's “Message Content Intent” is off: transcripts would be blank. "
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
    "refused_not_staff": "Only the team can do that.",
    "refused_opener_cannot_claim": "You opened this ticket: somebody else has to claim it.",
    "refused_not_participant": "Only the team and the member who opened the ticket can do that.",
    "refused_no_ticket": "This ticket no longer exists.",
    "refused_not_a_ticket_channel": "This command works in a ticket's channel.",
    "refused_already_open": "You already have an open ticket: {channel}",
    "refused_already_opening": "Your ticket is being opened. Please wait a moment.",
    "refused_too_many_openings": "You have opened many tickets in a short time. You can open another one {moment}.",
    "refused_blocked": "You cannot open tickets on this server until {moment}.",
    "refused_blocked_for_good": "You cannot open tickets on this server.",
    "refused_blocked_reason": "Reason: {reason}",
    "refused_topic_gone": "This topic is no longer offered. Choose another one on the panel.",
    "refused_topic_role_missing": "To open a ticket on this topic you need one of these roles: {roles}.",
    "refused_already_claimed": "{claimer} is already taking care of this ticket.",
    "refused_not_claimed": "Nobody has claimed this ticket: you can claim it.",
    "refused_not_a_member": "That is not a member of this server: choose a member.",
    "refused_opener_cannot_take_over": "That member opened the ticket: choose somebody else in the team.",
    "refused_target_not_staff": "{member} is not in this ticket's team: choose somebody who is.",
    "refused_opener_limit": "{member} already has as many open tickets as allowed, among them {channel}.",
    "refused_opener_limit_opening": "A ticket of {member} is being opened. Please wait a moment.",
    "refused_opener_limit_later": (
        "Many tickets were opened for {member} in a short time. Another one can be opened {moment}."
    ),
    "refused_bot_opener": "A ticket cannot be opened for a bot: choose a member.",
    "refused_own_ticket": "To open a ticket of your own, use the panel.",
    "refused_unknown_reply": "The server has no reply of that name: choose one from the list.",
    "refused_unknown_topic": "The server has no topic of that name: choose one from the list.",
    "refused_same_topic": "This ticket already has that topic: choose another one.",
    "refused_no_target": "Choose a member or a role: one of the two.",
    "refused_everyone_role": "`@everyone` cannot be added to a ticket: choose a member or another role.",
    "refused_bot_target": "A bot, or a bot's own role, cannot be added to a ticket.",
    "refused_already_participant": "{target} already sees this ticket.",
    "refused_not_added": "{target} was not added to this ticket: there is nothing to remove.",
    "refused_too_many_participants": "20 members and roles were already added to this ticket: remove one first.",
    "refused_already_locked": "This ticket is locked already: you can unlock it.",
    "refused_not_locked": "This ticket is not locked: everybody can write in it.",
    "refused_invalid_name": "This name has neither a letter nor a digit: choose another one.",
    "refused_only_staff_closes": "Here, the team closes the tickets: tell them when everything is settled.",
    "refused_not_opener": "Only the person who opened the ticket can answer this.",
    "refused_not_requested": "This question was already answered.",
    "refused_cannot_undo": (
        "A closing can only be undone for two minutes, and if nothing was done since. You can reopen the ticket."
    ),
    "refused_outdated_question": (
        "This ticket was reopened after you were asked this question, so nothing was deleted. "
        "If you still want to delete it, please ask again."
    ),
    "refused_wrong_state_reserved": "This ticket is still being opened. Please wait a moment.",
    "refused_wrong_state_open": "This ticket is open: close it first.",
    "refused_wrong_state_closed": "This ticket is closed: reopen it first.",
    "refused_wrong_state_deleting": "This ticket is being deleted.",
    "refused_repeated_interaction": "This request was already handled.",
    "refused_stale_ticket": "Somebody changed this ticket at the same moment. Please try again.",
    "refused_stale_config": "Somebody is configuring the server at the same moment. Please try again.",
    "refused_slot_taken": "Somebody changed this ticket at the same moment. Please try again.",
    "refused_store_unavailable": (
        "The bot's database does not answer. Please try again in a minute; if it continues, tell whoever hosts the bot."
    ),
    "refused_temporary_folder_full": (
        "The bot's temporary folder is full or cannot be used: nothing was erased. Please tell whoever hosts the bot."
    ),
    "refused_unreadable_record": (
        "The data of this ticket or server is damaged. Please tell whoever hosts the bot: `ticketbot check` says which."
    ),
    "refused_category_full": "The tickets' category is full (50 channels). The team has to delete closed tickets.",
    "refused_guild_full": "The server is full (500 channels). An administrator has to delete channels.",
    "refused_category_missing": (
        "The tickets' category was deleted. An administrator has to run `/ticket-config` again."
    ),
    "refused_transcript_channel_missing": (
        "The transcripts' channel was deleted: nothing was erased. An administrator has to run `/ticket-config` again."
    ),
    "refused_channel_gone": "This ticket's channel was deleted.",
    "refused_missing_permissions": (
        "I lack permissions{place}. An administrator can run `/ticket-config` again to learn which ones."
    ),
    "refused_missing_for_notes": (
        "I lack permissions{place}. This ticket has notes of the team: one of my roles needs “{permission}”, too. "
        "An administrator can run `/ticket-config` again to learn what is missing."
    ),
    "refused_timed_out": "I am timed out in this server: a moderator has to end the timeout.",
    "refused_transcript_too_large": (
        "The transcript is too large for Discord: nothing was erased. Please tell whoever hosts the bot."
    ),
    "refused_message_content_hidden": (
        "Discord hides from me what members wrote: the transcript would be empty, so nothing was erased. "
        "Whoever hosts the bot has to switch on **Message Content Intent** (Discord Developer Portal, page “Bot”). "
        "Then delete the ticket again.\n\n"
        "You can also delete it anyway: what members wrote will be **lost**."
    ),
    "delete_anyway_button": "Delete anyway",
    "refused_transcript_not_verified": (
        "The transcript could not be read back from its channel: nothing was erased. Please try again."
    ),
    "refused_discord_busy": "Discord asks me to wait. Please try again in {seconds} s.",
    "refused_discord_busy_long": "Discord asks me to wait. Please try again in {minutes} min.",
    "refused_notes_off": "Team notes are not switched on in this server.",
    "refused_empty_note": "This note is empty.",
    "refused_renamed_too_often": (
        "Discord only takes two new names for a channel within ten minutes. Try again in {minutes} min."
    ),
    "refused_name_refused": "Discord does not take this name in this server: choose another one.",
    "refused_discord_unavailable": "Discord is not responding properly. Please try again in a minute.",
    "refused_discord_refused": (
        "Discord refused (code {code}). An administrator can run `/ticket-config` again to check the configuration."
    ),
    # Refusals of Discord's that have a code with a meaning: ``ticketbot/texts/refusals.py``.
    "refused_discord_two_factor": (
        "This server requires two-factor authentication (2FA), and the account of the bot's owner has none. "
        "The bot's owner has to turn it on, or an administrator to drop the requirement (Server Settings, Safety "
        "Setup)."
    ),
    "refused_discord_explicit_content": (
        "Discord's explicit content filter refused a file. "
        "An administrator can change this filter in the server settings."
    ),
    "refused_discord_uploads_limited": (
        "Discord limits file uploads in this server: nothing was erased. Only Discord's support can lift this limit."
    ),
    "refused_discord_community_channel": (
        "Discord needs this channel for the server's community. "
        "An administrator has to choose another one in the community or onboarding settings."
    ),
    "refused_discord_too_many_threads": "The server has too many active threads. The team has to archive some.",
    "refused_discord_automod": ("AutoMod blocked my message. An administrator has to exempt my role or this channel."),
    "refused_discord_overloaded": ("Discord is overloaded, or limits this channel. Please try again in a few minutes."),
    "refused_discord_feature_disabled": "Discord turned this feature off for now. Please try again later.",
    "refused_token_refused": (
        "Discord no longer accepts the bot's token. Whoever hosts the bot has to replace it, then restart the bot."
    ),
    "unknown": "This button or command no longer works. An administrator can run `/ticket-config` again.",
    "failed": "An unexpected error occurred. It is in the bot's log; tell whoever hosts the bot if it happens again.",
    "at_place": " in {channel}",
    # What Discord's client shows while a command is typed.
    "command_name": "ticket-config",
    "command_text": "Configure this server's tickets",
    "command_ticket_name": "ticket",
    "command_ticket_text": "Act on this channel's ticket",
    "command_ticket_claim_name": "claim",
    "command_ticket_claim_text": "Claim this ticket",
    "command_ticket_unclaim_name": "unclaim",
    "command_ticket_unclaim_text": "Let somebody else claim this ticket",
    "command_ticket_transfer_name": "transfer",
    "command_ticket_transfer_text": "Hand this ticket over to another member of the team",
    "option_transfer_membre_text": "Who is to take care of the ticket",
    "command_ticket_add_name": "add",
    "command_ticket_add_text": "Add a member or a role to this ticket",
    "option_add_membre_text": "Who is to see the ticket and write in it",
    "option_add_role_text": "The role whose members are to see the ticket and write in it",
    "command_ticket_remove_name": "remove",
    "command_ticket_remove_text": "Remove a member or a role that was added to this ticket",
    "option_remove_membre_text": "Who is no longer to see the ticket",
    "option_remove_role_text": "The role whose members are no longer to see the ticket",
    "command_ticket_move_name": "move",
    "command_ticket_move_text": "Move this ticket to another topic, and its team",
    "option_move_sujet_text": "The ticket's new topic",
    "command_ticket_lock_name": "lock",
    "command_ticket_lock_text": "Lock this ticket: only the team can write in it",
    "command_ticket_unlock_name": "unlock",
    "command_ticket_unlock_text": "Unlock this ticket: everybody can write in it",
    "command_ticket_rename_name": "rename",
    "command_ticket_rename_text": "Rename this channel; the ticket's number stays",
    "option_rename_nom_text": "What follows the number in the channel's name",
    "command_ticket_note_name": "note",
    "command_ticket_note_text": "Write a note that the team alone sees",
    "option_note_texte_text": "What the team will read",
    "command_ticket_reply_name": "reply",
    "command_ticket_reply_text": "Post a canned reply in this ticket",
    "option_reply_reponse_text": "The reply to post",
    "command_ticket_request_close_name": "request-close",
    "command_ticket_request_close_text": "Ask the person who opened this ticket whether it can be closed",
    "command_ticket_close_name": "close",
    "command_ticket_close_text": "Close this ticket: the member who opened it will no longer see it",
    "option_close_raison_text": "Why the ticket is closed; shown in the channel",
    "command_ticket_reopen_name": "reopen",
    "command_ticket_reopen_text": "Reopen this ticket",
    "command_ticket_delete_name": "delete",
    "command_ticket_delete_text": "Delete this closed ticket once its transcript is archived",
    "command_ticket_infos_name": "info",
    "command_ticket_infos_text": "See who opened the ticket, when, and who is taking care of it",
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
    "message_command_ouvrir_un_ticket_name": "Open a ticket",
    "user_command_ouvrir_un_ticket_pour_name": "Open a ticket for…",
    "option_reponse_name": "reply",
    "option_sujet_name": "topic",
    "option_raison_name": "reason",
    "option_membre_name": "member",
    "option_texte_name": "text",
    "option_nom_name": "name",
    **english_settings.MESSAGES,
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
    "MANAGE_THREADS": "Manage Threads",
    "CREATE_PRIVATE_THREADS": "Create Private Threads",
    "SEND_MESSAGES_IN_THREADS": "Send Messages in Threads",
    "MANAGE_ROLES": "Manage Permissions (Manage Roles)",
}
"""Discord's own words for the permissions, in its English client."""
