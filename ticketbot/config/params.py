"""How the bot looks, and what it says in French.

These are the defaults, beside ``english.py``. A file named by ``TICKETBOT_PARAMS`` changes any of them without touching
the code: ``docs/texts.md``.
"""

from __future__ import annotations

from typing import Final

from ticketbot.config.typography import typeset

MAX_OPEN_TICKETS: Final = 1
"""How many live tickets a member may have at the same time in one server."""

EMBED_COLOR: Final = 0xF4A6C1
"""The colour of every embed's edge."""

EMBED_FOOTER_TEXT: Final = "Ticketbot • L’équipe vous répond dès que possible"
EMBED_FOOTER_ICON_URL: Final = ""
"""An https address of a small image; empty for none."""

EMOJIS: Final[dict[str, str]] = {
    "open": "💌",
    "claim": "🙋",
    "close": "🔒",
    "reopen": "🔓",
    "delete": "🗑️",
    "confirm": "✅",
    "cancel": "↩️",
    "problem": "🚨",
    "partnership": "🤝",
    "application": "📝",
    "warning": "⚠️",
    "refused": "⛔",
    "done": "✅",
    "working": "⏳",
    "transcript": "📄",
}
"""Unicode emojis, or custom ones as ``<:name:id>``."""

_TYPED: Final[dict[str, str]] = {
    # The panel.
    "panel_title": "{emoji} Contacter l’administration",
    "panel_text": (
        "Une question, un souci, une idée ?\n\n"
        "Pour **ouvrir un ticket** et contacter l’administration, appuyez sur le bouton {emoji} ci-dessous. "
        "Un salon privé sera créé : seuls vous et l’équipe pourrez le lire."
    ),
    "panel_button": "Ouvrir un ticket",
    # Inside a ticket.
    "topic": "Ticket {number} · {opener} · {opened_at}",
    "welcome_title": "{emoji} Ticket {number}",
    "welcome_text": (
        "Bonjour {opener} ! Merci d’avoir contacté l’équipe : un membre du staff vous répondra dès que possible. "
        "Pour nous aider à vous aider :"
    ),
    "welcome_problem_title": "{emoji} Un problème ?",
    "welcome_problem_text": "Nommez les utilisateurs concernés et joignez vos preuves (captures d’écran, liens…).",
    "welcome_partnership_title": "{emoji} Un partenariat ?",
    "welcome_partnership_text": "Assurez-vous d’avoir bien lu les conditions de partenariat.",
    "welcome_application_title": "{emoji} Une candidature ?",
    "welcome_application_text": "Dites-nous pour quel poste vous postulez, et pourquoi vous !",
    "lost_roles_title": "{emoji} Rôle supprimé",
    "lost_roles_text": (
        "Un rôle du staff configuré n’existe plus ({roles}) : il a été ignoré. "
        "Un administrateur peut refaire `/ticket-config`."
    ),
    "claim_button": "Prendre en charge",
    "claimed_title": "{emoji} Ticket pris en charge",
    "claimed_text": "{claimer} s’occupe de ce ticket.",
    "close_button": "Fermer",
    "closed_title": "{emoji} Ticket fermé",
    "closed_text": (
        "Fermé par {closer}. {opener} ne voit plus ce salon.\n\n"
        "Le staff peut rouvrir le ticket, ou le supprimer : la transcription sera alors archivée."
    ),
    "reopen_button": "Rouvrir",
    "reopened_title": "{emoji} Ticket rouvert",
    "reopened_text": "{opener}, votre ticket a été rouvert : vous pouvez de nouveau écrire ici.",
    "delete_button": "Supprimer",
    "deletion_question_title": "{emoji} Supprimer ce ticket ?",
    "deletion_question_text": (
        "Le salon sera **définitivement supprimé** après l’archivage de sa transcription. Confirmez-vous ?"
    ),
    "confirm_button": "Confirmer",
    "cancel_button": "Annuler",
    "deletion_cancelled_title": "{emoji} Suppression annulée",
    "deletion_cancelled_text": "Le ticket reste fermé, rien n’a été supprimé.",
    "deleting_title": "{emoji} Suppression en cours",
    "deleting_text": "La transcription est en cours d’archivage ; le salon sera supprimé dès qu’elle sera vérifiée.",
    # Answers to the member who pressed.
    "opened_title": "{emoji} Votre ticket est ouvert",
    "opened_text": "Rendez-vous ici : {channel}",
    # The transcript.
    "transcript_title": "{emoji} Transcription du ticket {number}",
    "transcript_opener": "Ouvert par",
    "transcript_claimer": "Pris en charge par",
    "transcript_nobody": "Personne",
    "transcript_one": "1 message",
    "transcript_count": "{count} messages",
    "transcript_opened": "ouvert le {moment}",
    "transcript_closed": "fermé le {moment}",
    "transcript_part": "**Envoi {part} sur {parts}** : à ranger dans un même dossier",
    # /ticket-config.
    "configured_title": "{emoji} Configuration enregistrée",
    "configured_text": "Le panneau est dans {panel}, les transcriptions iront dans {transcript}.",
    "not_configured_title": "{emoji} Configuration refusée",
    "not_configured_text": "Rien n’a été enregistré. Corrigez ceci, puis refaites `/ticket-config` :",
    "configured_warnings": "À savoir :",
    "place_panel": "dans le salon du panneau {channel}",
    "place_transcript": "dans le salon des transcriptions {channel}",
    "place_category": "dans la catégorie {channel}",
    "missing_permission": "Il me manque la permission **{permission}** {place}.",
    "problem_everyone_role": "`@everyone` ne peut pas être un rôle du staff.",
    "problem_role_missing": "Un des rôles n’existe plus.",
    "problem_channel_missing": "Un des salons n’existe plus, ou je ne peux pas le voir.",
    "problem_channel_type": "Il faut deux salons textuels et une catégorie, de ce serveur.",
    "problem_message_content": (
        "L’option « Message Content Intent » de l’application est désactivée : les transcriptions seraient vides. "
        "Le propriétaire du bot peut l’activer dans le portail des développeurs de Discord (page Bot)."
    ),
    "problem_category_nearly_full": "La catégorie est presque pleine : Discord y accepte 50 salons au plus.",
    "problem_guild_nearly_full": "Le serveur est presque plein : Discord y accepte 500 salons au plus.",
    "problem_old_panel_stays": "Je n’ai pas pu retirer l’ancien panneau : supprimez-le à la main.",
    # Refusals: one for each class of TicketError, by its name.
    "refused_title": "{emoji} Impossible",
    "refused_not_configured": (
        "Les tickets ne sont pas encore configurés ici. Un administrateur peut le faire avec `/ticket-config`."
    ),
    "refused_not_administrator": "Seuls les administrateurs du serveur peuvent faire cela.",
    "refused_not_staff": "Seul le staff peut faire cela.",
    "refused_opener_cannot_claim": "Vous avez ouvert ce ticket : quelqu’un d’autre doit le prendre en charge.",
    "refused_not_participant": "Seuls le membre qui a ouvert le ticket et le staff peuvent faire cela.",
    "refused_no_ticket": "Ce ticket n’existe plus.",
    "refused_already_open": "Vous avez déjà un ticket ouvert : {channel}",
    "refused_already_opening": "Votre ticket est en cours d’ouverture. Patientez un instant.",
    "refused_already_claimed": "{claimer} s’occupe déjà de ce ticket.",
    "refused_wrong_state_reserved": "Ce ticket est encore en cours d’ouverture. Patientez un instant.",
    "refused_wrong_state_open": "Ce ticket est ouvert : fermez-le d’abord.",
    "refused_wrong_state_closed": "Ce ticket est fermé : rouvrez-le d’abord.",
    "refused_wrong_state_deleting": "Ce ticket est en cours de suppression.",
    "refused_repeated_press": "Cette demande a déjà été traitée.",
    "refused_stale_ticket": "Quelqu’un vient de modifier ce ticket au même moment. Réessayez.",
    "refused_stale_config": "Quelqu’un configure le serveur au même moment. Réessayez.",
    "refused_slot_taken": "Quelqu’un vient de modifier ce ticket au même moment. Réessayez.",
    "refused_store_unavailable": (
        "La base de données du bot ne répond pas. Réessayez dans une minute ; "
        "si cela dure, prévenez l’hébergeur du bot."
    ),
    "refused_category_full": (
        "La catégorie des tickets est pleine (50 salons). Le staff doit supprimer des tickets fermés."
    ),
    "refused_guild_full": "Le serveur est plein (500 salons). Un administrateur doit en supprimer.",
    "refused_category_missing": (
        "La catégorie des tickets a été supprimée. Un administrateur doit refaire `/ticket-config`."
    ),
    "refused_transcript_channel_missing": (
        "Le salon des transcriptions a été supprimé : rien n’a été effacé. "
        "Un administrateur doit refaire `/ticket-config`."
    ),
    "refused_channel_gone": "Le salon de ce ticket a été supprimé.",
    "refused_missing_permissions": (
        "Il me manque des permissions{place}. Un administrateur peut refaire `/ticket-config` pour savoir lesquelles."
    ),
    "refused_transcript_too_large": (
        "La transcription est trop lourde pour Discord : rien n’a été effacé. Prévenez l’hébergeur du bot."
    ),
    "refused_transcript_not_verified": (
        "La transcription n’a pas pu être relue dans son salon : rien n’a été effacé. Réessayez."
    ),
    "refused_discord_busy": "Discord me demande de patienter. Réessayez dans {seconds} s.",
    "refused_discord_unavailable": "Discord ne répond pas comme prévu. Réessayez dans une minute.",
    "refused_discord_refused": (
        "Discord a refusé (code {code}). "
        "Un administrateur peut refaire `/ticket-config` pour vérifier la configuration."
    ),
    "unknown": "Ce bouton ou cette commande ne sert plus. Un administrateur peut refaire `/ticket-config`.",
    "failed": "Une erreur inattendue s’est produite. Elle a été notée ; prévenez l’hébergeur du bot si elle se répète.",
    "at_place": " dans {channel}",
    # What Discord's client shows while a command is typed.
    "command_name": "ticket-config",
    "command_text": "Configurer les tickets de ce serveur",
    "option_salon_name": "salon",
    "option_salon_text": "Le salon qui reçoit le panneau",
    "option_transcription_name": "transcription",
    "option_transcription_text": "Le salon qui reçoit les transcriptions",
    "option_category_name": "catégorie",
    "option_category_text": "La catégorie où les tickets sont créés",
    "option_role_name": "rôle",
    "option_role_text": "Un rôle qui répond aux tickets",
    "option_other_role_text": "Un autre rôle qui répond aux tickets",
    "option_langue_name": "langue",
    "option_langue_text": "La langue du panneau, des tickets et des transcriptions ; sinon celle du serveur",
}

MESSAGES: Final = typeset(_TYPED)
"""Every text that a member sees, with its placeholders in braces."""

PERMISSION_NAMES: Final[dict[str, str]] = {
    "VIEW_CHANNEL": "Voir le salon",
    "SEND_MESSAGES": "Envoyer des messages",
    "EMBED_LINKS": "Intégrer des liens",
    "ATTACH_FILES": "Joindre des fichiers",
    "READ_MESSAGE_HISTORY": "Voir les anciens messages",
    "MENTION_EVERYONE": "Mentionner @everyone, @here et tous les rôles",
    "MANAGE_CHANNELS": "Gérer les salons",
    "MANAGE_ROLES": "Gérer les permissions (gérer les rôles)",
}
"""Discord's own words for the permissions, in its French client."""
