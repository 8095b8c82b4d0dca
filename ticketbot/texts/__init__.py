"""The words of both languages, as messages: embeds, buttons, refusals."""
