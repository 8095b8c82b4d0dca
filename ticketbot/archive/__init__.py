"""A ticket's transcript: read, downloaded, spooled, posted and verified."""
