"""One file per channel: its addresses, content, payload and limits."""
