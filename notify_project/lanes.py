"""The lanes of the queue: what waits in one does not wait behind another."""

from __future__ import annotations

CHANNEL_LANES = ("email", "sms", "msgapp")
SENDING_LANES = tuple(
    f"{lane}-{kind}" for lane in CHANNEL_LANES for kind in ("hi", "bulk")
)
# Messages whose files have to be made wait here first: that takes seconds at times.
DOCUMENTS_LANE = "documents"
MESSAGE_LANES = (DOCUMENTS_LANE, *SENDING_LANES)
JOBS_LANE = "jobs"  # chunks of large fan-outs, which become messages
CALLBACKS_LANE = "callbacks"  # what tenants' programs are told
RECEIPTS_LANE = "receipts"  # what providers told us, to be applied
LANES = (RECEIPTS_LANE, JOBS_LANE, *MESSAGE_LANES, CALLBACKS_LANE)
