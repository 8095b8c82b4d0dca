"""How the bot looks, and what it says in French.

These are the defaults, beside ``english.py``. A file named by ``TICKETBOT_PARAMS`` changes any of them without touching
the code: ``docs/texts.md``.
"""

from __future__ import annotations

from typing import Final

from ticketbot.config import french_settings
from ticketbot.config.typography import typeset

MAX_OPEN_TICKETS: Final = 1
"""How many live tickets a member may have at the same time in one server."""

MAX_OPENINGS: Final = 3
"""How many tickets a member may open within ten minutes in one server; closed and deleted ones count."""

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
    "add": "👥",
    "move": "📦",
    "remove": "🚪",
    "rename": "✏️",
    "delete_anyway": "⚠️",
    "problem": "🚨",
    "partnership": "🤝",
    "application": "📝",
    "warning": "⚠️",
    "refused": "⛔",
    "done": "✅",
    "quote": "💬",
    "working": "⏳",
    "transcript": "📄",
    "settings": "⚙️",
}
"""Unicode emojis, or custom ones as ``<:name:id>``."""

_TYPED: Final[dict[str, str]] = {
    # The panel.
    "panel_title": "{emoji} Contacter l’équipe",
    "panel_text": (
        "Une question, un souci, une idée ?\n\n"
        "Pour **ouvrir un ticket**, appuyez sur le bouton {emoji} ci-dessous. "
        "Un salon privé sera créé : seuls l’équipe et vous pourrez le lire."
    ),
    "panel_topics_text": (
        "Une question, un souci, une idée ?\n\n"
        "**Choisissez un sujet** pour ouvrir un ticket {emoji}. "
        "Un salon privé sera créé : seuls l’équipe et vous pourrez le lire."
    ),
    "panel_topics_placeholder": "Choisissez un sujet…",
    "panel_button": "Ouvrir un ticket",
    # Inside a ticket.
    "topic": "Ticket {number} · {opener} · {opened_at}",
    "welcome_title": "{emoji} Ticket {number}",
    "welcome_text": (
        "Bonjour {opener} ! Merci de votre message : l’équipe vous répondra dès que possible. "
        "Pour nous aider à vous aider :"
    ),
    "welcome_for_text": "Bonjour {opener} ! {member} a ouvert ce ticket pour vous.",
    "welcome_topic_text": "Bonjour {opener} ! Merci de votre message : l’équipe vous répondra dès que possible.",
    "answers_title": "{emoji} Réponses",
    "answers_back_title": "{emoji} Vos réponses, pour ne rien avoir à retaper",
    "answers_file": "reponses.txt",
    "quote_title": "{emoji} Message cité",
    "quote_author": "Auteur",
    "quote_time": "Écrit",
    "quote_link": "Lien",
    "answers_files_title": "{emoji} Fichiers joints",
    "answers_file_not_allowed": "ce type de fichier n’est pas accepté ici",
    "answers_file_disguised": "le contenu du fichier ne correspond pas à son nom",
    "answers_file_too_large": "fichier trop volumineux pour être conservé",
    "answers_file_lost": "le fichier n’a pas pu être récupéré",
    "answers_file_refused": "Discord a refusé ce fichier",
    "welcome_problem_title": "{emoji} Un problème ?",
    "welcome_problem_text": "Dites-nous qui est concerné et joignez vos preuves (captures d’écran, liens…).",
    "welcome_partnership_title": "{emoji} Un partenariat ?",
    "welcome_partnership_text": "Avant tout, lisez bien les conditions de partenariat.",
    "welcome_application_title": "{emoji} Une candidature ?",
    "welcome_application_text": "Dites-nous pour quel poste vous postulez, et pourquoi vous !",
    "categories_full_title": "{emoji} Plus de place pour les tickets",
    "categories_full_text": (
        "{opener} n’a pas pu ouvrir de ticket : les catégories prévues sont pleines ({categories}), chacune contient "
        "50 salons. Supprimez des tickets fermés, ou ajoutez une catégorie de réserve.\n\n"
        "Ce rappel n’est envoyé qu’une fois par heure au plus."
    ),
    "categories_missing_title": "{emoji} Catégorie supprimée",
    "categories_missing_text": (
        "{opener} n’a pas pu ouvrir de ticket : une catégorie prévue n’existe plus, et aucune autre n’a de place "
        "({categories}). Un administrateur doit en choisir une autre, avec `/ticket-config` ou dans les réglages.\n\n"
        "Ce rappel n’est envoyé qu’une fois par heure au plus."
    ),
    "lost_roles_title": "{emoji} Rôle supprimé",
    "lost_roles_text": (
        "Un rôle de l’équipe n’existe plus ({roles}) : il a été ignoré. "
        "Un administrateur peut relancer `/ticket-config`."
    ),
    "claim_button": "Prendre en charge",
    "claimed_by_button": "Pris en charge par {claimer_name}",
    "claimed_title": "{emoji} Ticket pris en charge",
    "claimed_text": "{claimer} s’occupe de ce ticket.",
    "unclaimed_title": "{emoji} Ticket libéré",
    "unclaimed_text": "{claimer} ne s’occupe plus de ce ticket : quelqu’un d’autre peut le prendre en charge.",
    "unclaimed_by_other_title": "{emoji} Ticket libéré",
    "unclaimed_by_other_text": (
        "{member} a libéré ce ticket, dont {claimer} s’occupait : quelqu’un peut le prendre en charge."
    ),
    "transferred_title": "{emoji} Ticket transféré",
    "transferred_text": "{member} a confié ce ticket à {claimer}.",
    "added_title": "{emoji} Ajout au ticket",
    "added_text": "{member} a ajouté {target} à ce ticket.",
    "removed_title": "{emoji} Retrait du ticket",
    "removed_text": "{member} a retiré {target} de ce ticket.",
    "moved_title": "{emoji} Ticket déplacé",
    "moved_text": "{member} a déplacé ce ticket vers le sujet **{topic}**.",
    "moved_unclaimed": "{claimer} ne s’en occupe plus.",
    "locked_title": "{emoji} Ticket verrouillé",
    "locked_text": "Verrouillé par {member} : seule l’équipe peut écrire ici pour l’instant.",
    "unlocked_title": "{emoji} Ticket déverrouillé",
    "unlocked_text": "Déverrouillé par {member} : tout le monde peut de nouveau écrire ici.",
    "note_added_title": "{emoji} Note de l’équipe",
    "note_added_text": "{member} a écrit une note pour l’équipe.",
    "notes_thread": "Notes de l’équipe",
    "notes_title": "{emoji} Notes de l’équipe",
    "notes_text": "Seule l’équipe de ce ticket voit ce fil. Mentionner ici quelqu’un d’autre qui voit le ticket "
    "le laisse entrer, jusqu’à la note suivante.",
    "note_title": "{emoji} Note",
    "note_text": "De {member} :",
    "renamed_title": "{emoji} Ticket renommé",
    "renamed_text": "Renommé par {member} : {name}.",
    "close_requested_title": "{emoji} Pouvons-nous fermer ce ticket ?",
    "close_requested_text": (
        "{opener}, {member} pense que tout est réglé. Fermez le ticket si c’est le cas, ou dites-nous que non."
    ),
    "decline_close_button": "Encore besoin d’aide",
    "close_declined_title": "{emoji} Le ticket reste ouvert",
    "close_declined_text": "{opener} a encore besoin d’aide.",
    "undo_close_title": "{emoji} Fermé par erreur ?",
    "undo_close_text": "Pendant deux minutes, vous pouvez annuler cette fermeture.",
    "undo_close_button": "Annuler",
    "close_undone_title": "{emoji} Fermeture annulée",
    "close_undone_text": "{member} a annulé la fermeture : {opener} voit de nouveau ce salon.",
    "close_button": "Fermer",
    "closing_question_title": "Fermer votre ticket ?",
    "closing_question_text": "Vous n’y aurez plus accès ; l’équipe peut le rouvrir. Une raison, si vous le souhaitez :",
    "closing_question_staff_title": "Fermer ce ticket ?",
    "closing_question_staff_text": "La personne qui l’a ouvert ne le verra plus. Une raison, si vous le souhaitez :",
    "closed_title": "{emoji} Ticket fermé",
    "closed_text": (
        "Fermé par {closer}. {opener} ne voit plus ce salon.\n\n"
        "L’équipe peut rouvrir le ticket, ou le supprimer : sa transcription sera alors archivée."
    ),
    "closed_direct_title": "{emoji} Votre ticket {number} est fermé",
    "closed_direct_text": (
        "{closer} a fermé votre ticket sur **{server}**. "
        "Une question ? Écrivez-lui, ou ouvrez un autre ticket dans {panel}."
    ),
    "closed_reason_title": "Raison",
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
    "opening_title": "{emoji} Ouverture en cours",
    "opening_text": "Votre choix est pris en compte : le ticket s’ouvre.",
    "opening_about_title": "{emoji} Ouvrir un ticket au sujet de ce message",
    "opening_for_title": "{emoji} Ouvrir un ticket pour ce membre",
    "done_title": "{emoji} C’est fait",
    "menu_button": "⋯",
    "menu_title": "Que voulez-vous faire ?",
    "menu_placeholder": "Choisissez une action",
    # /ticket infos.
    "infos_title": "{emoji} Ticket {number}",
    "infos_opener": "Ouvert par",
    "infos_opened_for": "Ouvert pour",
    "infos_claimer": "Pris en charge par",
    "infos_participants": "Ajoutés",
    "infos_closer": "Fermé par",
    "infos_locked": "Verrouillé depuis",
    "infos_history": "Ce qui a été fait",
    # The transcript.
    "transcript_title": "{emoji} Transcription du ticket {number}",
    "transcript_opener": "Ouvert par",
    "transcript_claimer": "Pris en charge par",
    "transcript_nobody": "Personne",
    # /ticket-config.
    "configured_title": "{emoji} Configuration enregistrée",
    "configured_text": "Le panneau est dans {panel}, les transcriptions iront dans {transcript}.",
    "configured_details": "Catégorie des tickets : {category}\nÉquipe : {roles}\nLangue : {language}",
    "transcripts_visible_title": "{emoji} Les transcriptions ne sont pas privées",
    "transcripts_visible_text": (
        "**{roles} peut voir {channel}**, donc lire tout ce qui se dit dans les tickets. Retirez-lui la permission "
        "« Voir le salon » dans {channel}, ou choisissez un autre salon en relançant `/ticket-config`."
    ),
    "language_fr": "français",
    "language_en": "anglais",
    "not_configured_title": "{emoji} Configuration refusée",
    "not_configured_text": "Rien n’a été enregistré. Corrigez ceci, puis relancez `/ticket-config` :",
    "configured_warnings": "À savoir :",
    "place_panel": "dans le salon du panneau {channel}",
    "place_transcript": "dans le salon des transcriptions {channel}",
    "place_category": "dans la catégorie {channel}",
    "place_server": "sur tout le serveur, par un de mes rôles",
    "missing_permission": "Il me manque la permission **{permission}** {place}.",
    "problem_everyone_role": "`@everyone` ne peut pas être un rôle de l’équipe.",
    "problem_managed_role": "Un rôle géré par un bot ou une intégration ne peut pas être un rôle de l’équipe.",
    "problem_public_transcript_channel": (
        "Les transcriptions ne peuvent pas aller dans le salon d’un panneau : tout le monde le lit."
    ),
    "problem_panel_channel_taken": (
        "Un autre panneau est déjà dans ce salon : supprimez-le d’abord dans `/ticket-reglages`, ou choisissez un "
        "autre salon."
    ),
    "problem_unknown_emoji": (
        "Cet emoji n’est pas un de ceux que tout le monde peut utiliser sur ce serveur : choisissez-en un autre, "
        "par exemple 🚨."
    ),
    "problem_timed_out": "Je suis exclu temporairement : un modérateur doit lever cette exclusion.",
    "problem_two_factor": (
        "Ce serveur exige la double authentification (A2F) des modérateurs, et le compte du propriétaire du bot ne "
        "l’a pas : Discord me refusera la gestion des salons. Le propriétaire du bot doit l’activer, ou un "
        "administrateur lever cette exigence."
    ),
    "problem_role_missing": "Un des rôles n’existe plus.",
    "problem_channel_missing": "Un des salons n’existe plus, ou je ne peux pas le voir.",
    "problem_channel_type": "Il faut deux salons textuels et une catégorie de ce serveur.",
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
    "refused_not_staff": "Seule l’équipe peut faire cela.",
    "refused_opener_cannot_claim": "Vous avez ouvert ce ticket : quelqu’un d’autre doit le prendre en charge.",
    "refused_not_participant": "Seules l’équipe et la personne qui a ouvert le ticket peuvent faire cela.",
    "refused_no_ticket": "Ce ticket n’existe plus.",
    "refused_not_a_ticket_channel": "Cette commande s’utilise dans le salon d’un ticket.",
    "refused_already_open": "Vous avez déjà un ticket ouvert : {channel}",
    "refused_already_opening": "Votre ticket est en cours d’ouverture. Patientez un instant.",
    "refused_too_many_openings": (
        "Vous avez ouvert beaucoup de tickets en peu de temps. Vous pourrez en ouvrir un autre {moment}."
    ),
    "refused_blocked": "Vous ne pouvez pas ouvrir de ticket sur ce serveur jusqu’au {moment}.",
    "refused_blocked_for_good": "Vous ne pouvez pas ouvrir de ticket sur ce serveur.",
    "refused_blocked_reason": "Raison : {reason}",
    "refused_topic_gone": "Ce sujet n’est plus proposé. Choisissez-en un autre sur le panneau.",
    "refused_topic_role_missing": "Pour ouvrir un ticket sur ce sujet, il faut l’un de ces rôles : {roles}.",
    "refused_already_claimed": "{claimer} s’occupe déjà de ce ticket.",
    "refused_not_claimed": "Personne ne s’occupe de ce ticket : vous pouvez le prendre en charge.",
    "refused_not_a_member": "Cette personne n’est pas membre du serveur : choisissez un membre.",
    "refused_opener_cannot_take_over": "Ce membre a ouvert le ticket : choisissez quelqu’un d’autre dans l’équipe.",
    "refused_target_not_staff": (
        "{member} ne fait pas partie de l’équipe de ce ticket : choisissez quelqu’un qui en est."
    ),
    "refused_opener_limit": "{member} a déjà autant de tickets ouverts que permis, dont {channel}.",
    "refused_opener_limit_opening": "Un ticket de {member} est en cours d’ouverture. Patientez un instant.",
    "refused_opener_limit_later": (
        "Beaucoup de tickets ont été ouverts pour {member} en peu de temps. Un autre pourra l’être {moment}."
    ),
    "refused_bot_opener": "On ne peut pas ouvrir de ticket pour un bot : choisissez un membre.",
    "refused_own_ticket": "Pour ouvrir un ticket à votre nom, utilisez le panneau.",
    "refused_unknown_reply": "Le serveur n’a pas de réponse de ce nom : choisissez-en une dans la liste.",
    "refused_unknown_topic": "Le serveur n’a pas de sujet de ce nom : choisissez-en un dans la liste.",
    "refused_same_topic": "Ce ticket a déjà ce sujet : choisissez-en un autre.",
    "refused_no_target": "Choisissez un membre ou un rôle : l’un des deux.",
    "refused_everyone_role": "`@everyone` ne peut pas être ajouté à un ticket : choisissez un membre ou un autre rôle.",
    "refused_bot_target": "Un bot, ou le rôle d’un bot, ne peut pas être ajouté à un ticket.",
    "refused_already_participant": "{target} voit déjà ce ticket.",
    "refused_not_added": "{target} n’a pas été ajouté à ce ticket : il n’y a rien à retirer.",
    "refused_too_many_participants": "Ce ticket a déjà 20 membres et rôles ajoutés : retirez-en un d’abord.",
    "refused_already_locked": "Ce ticket est déjà verrouillé : vous pouvez le déverrouiller.",
    "refused_not_locked": "Ce ticket n’est pas verrouillé : tout le monde peut y écrire.",
    "refused_invalid_name": "Ce nom n’a ni lettre ni chiffre : choisissez-en un autre.",
    "refused_only_staff_closes": "Ici, c’est l’équipe qui ferme les tickets : dites-lui quand tout est réglé.",
    "refused_not_opener": "Seule la personne qui a ouvert le ticket peut répondre à cela.",
    "refused_not_requested": "Cette question a déjà sa réponse.",
    "refused_cannot_undo": (
        "Une fermeture ne s’annule que pendant deux minutes, et si rien n’a été fait depuis. "
        "Vous pouvez rouvrir le ticket."
    ),
    "refused_outdated_question": (
        "Ce ticket a été rouvert depuis que cette question vous a été posée : rien n’a été supprimé. "
        "Si vous voulez toujours le supprimer, redemandez-le."
    ),
    "refused_wrong_state_reserved": "Ce ticket est encore en cours d’ouverture. Patientez un instant.",
    "refused_wrong_state_open": "Ce ticket est ouvert : fermez-le d’abord.",
    "refused_wrong_state_closed": "Ce ticket est fermé : rouvrez-le d’abord.",
    "refused_wrong_state_deleting": "Ce ticket est en cours de suppression.",
    "refused_repeated_interaction": "Cette demande a déjà été traitée.",
    "refused_stale_ticket": "Quelqu’un a modifié ce ticket au même moment. Réessayez.",
    "refused_stale_config": "Quelqu’un configure le serveur au même moment. Réessayez.",
    "refused_slot_taken": "Quelqu’un a modifié ce ticket au même moment. Réessayez.",
    "refused_store_unavailable": (
        "La base de données du bot ne répond pas. Réessayez dans une minute ; "
        "si cela dure, prévenez l’hébergeur du bot."
    ),
    "refused_temporary_folder_full": (
        "Le dossier temporaire du bot est plein ou inaccessible : rien n’a été effacé. Prévenez l’hébergeur du bot."
    ),
    "refused_unreadable_record": (
        "Les données de ce ticket ou de ce serveur sont illisibles. Prévenez l’hébergeur du bot : "
        "`ticketbot check` lui dira lesquelles."
    ),
    "refused_category_full": (
        "La catégorie des tickets est pleine (50 salons). L’équipe doit supprimer des tickets fermés."
    ),
    "refused_guild_full": "Le serveur est plein (500 salons). Un administrateur doit supprimer des salons.",
    "refused_category_missing": (
        "La catégorie des tickets a été supprimée. Un administrateur doit relancer `/ticket-config`."
    ),
    "refused_transcript_channel_missing": (
        "Le salon des transcriptions a été supprimé : rien n’a été effacé. "
        "Un administrateur doit relancer `/ticket-config`."
    ),
    "refused_channel_gone": "Le salon de ce ticket a été supprimé.",
    "refused_missing_permissions": (
        "Il me manque des permissions{place}. Un administrateur peut relancer `/ticket-config` pour savoir lesquelles."
    ),
    "refused_missing_for_notes": (
        "Il me manque des permissions{place}. Ce ticket a des notes de l’équipe : un de mes rôles doit aussi avoir "
        "« {permission} ». Un administrateur peut relancer `/ticket-config` pour savoir ce qui manque."
    ),
    "refused_timed_out": "Je suis exclu temporairement de ce serveur : un modérateur doit lever cette exclusion.",
    "refused_transcript_too_large": (
        "La transcription est trop lourde pour Discord : rien n’a été effacé. Prévenez l’hébergeur du bot."
    ),
    "refused_message_content_hidden": (
        "Discord me cache ce que les membres ont écrit : la transcription serait vide, donc rien n’a été effacé. "
        "La personne qui héberge le bot doit activer **Message Content Intent** "
        "(Discord Developer Portal, page « Bot »). Ensuite, supprimez de nouveau le ticket.\n\n"
        "Vous pouvez aussi le supprimer quand même : ce que les membres ont écrit sera **perdu**."
    ),
    "delete_anyway_button": "Supprimer quand même",
    "refused_transcript_not_verified": (
        "La transcription n’a pas pu être relue dans son salon : rien n’a été effacé. Réessayez."
    ),
    "refused_discord_busy": "Discord me demande de patienter. Réessayez dans {seconds} s.",
    "refused_discord_busy_long": "Discord me demande de patienter. Réessayez dans {minutes} min.",
    "refused_notes_off": "Les notes de l’équipe ne sont pas activées sur ce serveur.",
    "refused_empty_note": "Cette note est vide.",
    "refused_renamed_too_often": (
        "Discord n’accepte que deux nouveaux noms par salon en dix minutes. Réessayez dans {minutes} min."
    ),
    "refused_name_refused": "Discord n’accepte pas ce nom sur ce serveur : choisissez-en un autre.",
    "refused_discord_unavailable": "Discord ne répond pas comme prévu. Réessayez dans une minute.",
    "refused_discord_refused": (
        "Discord a refusé (code {code}). "
        "Un administrateur peut relancer `/ticket-config` pour vérifier la configuration."
    ),
    # Refusals of Discord's that have a code with a meaning: ``ticketbot/texts/refusals.py``.
    "refused_discord_two_factor": (
        "Ce serveur exige la double authentification (A2F), et le compte du propriétaire du bot ne l’a pas. "
        "Le propriétaire du bot doit l’activer, ou un administrateur lever cette exigence (Paramètres du serveur, "
        "Sécurité)."
    ),
    "refused_discord_explicit_content": (
        "Le filtre de contenu explicite de Discord a refusé un fichier. "
        "Un administrateur peut changer ce filtre dans les paramètres du serveur."
    ),
    "refused_discord_uploads_limited": (
        "Discord limite l’envoi de fichiers sur ce serveur : rien n’a été effacé. "
        "Seule l’assistance de Discord peut lever cette limite."
    ),
    "refused_discord_community_channel": (
        "Discord a besoin de ce salon pour la communauté du serveur. "
        "Un administrateur doit en choisir un autre dans les paramètres de la communauté ou de l’accueil."
    ),
    "refused_discord_too_many_threads": ("Le serveur a trop de fils actifs. L’équipe doit en archiver quelques-uns."),
    "refused_discord_automod": (
        "AutoMod a bloqué mon message. Un administrateur doit en exempter mon rôle ou ce salon."
    ),
    "refused_discord_overloaded": "Discord est surchargé ou limite ce salon. Réessayez dans quelques minutes.",
    "refused_discord_feature_disabled": "Discord a désactivé cette fonction pour l’instant. Réessayez plus tard.",
    "refused_token_refused": (
        "Discord n’accepte plus le jeton du bot. L’hébergeur du bot doit le remplacer, puis redémarrer le bot."
    ),
    "unknown": "Ce bouton ou cette commande ne sert plus. Un administrateur peut relancer `/ticket-config`.",
    "failed": (
        "Une erreur inattendue s’est produite. Elle est consignée dans le journal du bot ; "
        "prévenez l’hébergeur du bot si elle se répète."
    ),
    "at_place": " dans {channel}",
    # What Discord's client shows while a command is typed.
    "command_name": "ticket-config",
    "command_text": "Configurer les tickets de ce serveur",
    "command_ticket_name": "ticket",
    "command_ticket_text": "Agir sur le ticket de ce salon",
    "command_ticket_claim_name": "prendre",
    "command_ticket_claim_text": "Prendre ce ticket en charge",
    "command_ticket_unclaim_name": "libérer",
    "command_ticket_unclaim_text": "Laisser quelqu’un d’autre prendre ce ticket en charge",
    "command_ticket_transfer_name": "transférer",
    "command_ticket_transfer_text": "Confier ce ticket à un autre membre de l’équipe",
    "option_transfer_membre_text": "Qui s’occupera du ticket",
    "command_ticket_add_name": "ajouter",
    "command_ticket_add_text": "Ajouter un membre ou un rôle à ce ticket",
    "option_add_membre_text": "Qui verra le ticket et pourra y écrire",
    "option_add_role_text": "Le rôle dont les membres verront le ticket et pourront y écrire",
    "command_ticket_remove_name": "retirer",
    "command_ticket_remove_text": "Retirer un membre ou un rôle ajouté à ce ticket",
    "option_remove_membre_text": "Qui ne verra plus le ticket",
    "option_remove_role_text": "Le rôle dont les membres ne verront plus le ticket",
    "command_ticket_move_name": "déplacer",
    "command_ticket_move_text": "Déplacer ce ticket vers un autre sujet, et son équipe",
    "option_move_sujet_text": "Le nouveau sujet du ticket",
    "command_ticket_lock_name": "verrouiller",
    "command_ticket_lock_text": "Verrouiller ce ticket : seule l’équipe pourra y écrire",
    "command_ticket_unlock_name": "déverrouiller",
    "command_ticket_unlock_text": "Déverrouiller ce ticket : tout le monde pourra y écrire",
    "command_ticket_rename_name": "renommer",
    "command_ticket_rename_text": "Renommer ce salon ; le numéro du ticket reste",
    "option_rename_nom_text": "Ce qui suit le numéro dans le nom du salon",
    "command_ticket_note_name": "note",
    "command_ticket_note_text": "Écrire une note que seule l’équipe voit",
    "option_note_texte_text": "Ce que l’équipe lira",
    "command_ticket_reply_name": "réponse",
    "command_ticket_reply_text": "Envoyer une réponse préparée dans ce ticket",
    "option_reply_reponse_text": "La réponse à envoyer",
    "command_ticket_request_close_name": "demander-fermeture",
    "command_ticket_request_close_text": "Demander à la personne qui a ouvert ce ticket s’il peut être fermé",
    "command_ticket_close_name": "fermer",
    "command_ticket_close_text": "Fermer ce ticket : la personne qui l’a ouvert ne le verra plus",
    "option_close_raison_text": "Pourquoi le ticket est fermé ; affiché dans le salon",
    "command_ticket_reopen_name": "rouvrir",
    "command_ticket_reopen_text": "Rouvrir ce ticket",
    "command_ticket_delete_name": "supprimer",
    "command_ticket_delete_text": "Supprimer ce ticket fermé, après archivage de sa transcription",
    "command_ticket_infos_name": "infos",
    "command_ticket_infos_text": "Voir qui a ouvert le ticket, quand, et qui s’en occupe",
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
    "message_command_ouvrir_un_ticket_name": "Ouvrir un ticket",
    "user_command_ouvrir_un_ticket_pour_name": "Ouvrir un ticket pour…",
    "option_reponse_name": "réponse",
    "option_sujet_name": "sujet",
    "option_raison_name": "raison",
    "option_membre_name": "membre",
    "option_texte_name": "texte",
    "option_nom_name": "nom",
}

MESSAGES: Final = typeset(_TYPED | french_settings.MESSAGES)
"""Every text that a member sees, with its placeholders in braces."""

PERMISSION_NAMES: Final[dict[str, str]] = {
    "VIEW_CHANNEL": "Voir le salon",
    "SEND_MESSAGES": "Envoyer des messages",
    "EMBED_LINKS": "Intégrer des liens",
    "ATTACH_FILES": "Joindre des fichiers",
    "READ_MESSAGE_HISTORY": "Voir les anciens messages",
    "MENTION_EVERYONE": "Mentionner @everyone, @here et tous les rôles",
    "MANAGE_CHANNELS": "Gérer les salons",
    "MANAGE_THREADS": "Gérer les fils",
    "CREATE_PRIVATE_THREADS": "Créer des fils privés",
    "SEND_MESSAGES_IN_THREADS": "Envoyer des messages dans les fils",
    "MANAGE_ROLES": "Gérer les permissions (gérer les rôles)",
}
"""Discord's own words for the permissions, in its French client."""
