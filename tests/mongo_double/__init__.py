"""A double of a MongoDB server: speaks the wire protocol over real sockets, and allows only what the store may use."""
