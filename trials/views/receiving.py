"""How files arrive: written to disk piece by piece, none of them too large; named by the settings."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from trials.engine.uploads import FileTooLarge, most_bytes, too_large

#: What a form sends besides its file.
ENVELOPE = 1_000_000


class ToDisk(TemporaryFileUploadHandler):
    """Refuses a request by its length before any of it is read; no file is ever held in memory."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: bytes,
        encoding: Any = None,
    ) -> None:
        if content_length > most_bytes() + ENVELOPE:
            raise FileTooLarge(too_large(content_length))
