from __future__ import annotations

import ssl

from ticketbot.discord import clients


def test_all_connections_verify_certificates_with_what_was_loaded_once() -> None:
    first, second = clients.http_settings(), clients.http_settings(clients.UPLOAD_SECONDS)

    assert first.ssl is second.ssl
    assert first.ssl.verify_mode is ssl.CERT_REQUIRED
    assert first.ssl.check_hostname
