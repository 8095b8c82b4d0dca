"""The TicketStore port, twice: embedded (SQLite) and shared (MongoDB)."""
