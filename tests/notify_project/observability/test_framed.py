"""HTML for a frame that can do nothing."""

from __future__ import annotations

from notify_project.observability.framed import framed_html


def test_it_may_neither_run_nor_load_nor_post():
    answer = framed_html("<script>x()</script>")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert policy.endswith("sandbox")


def test_our_own_pages_may_frame_it_and_no_cache_keeps_it():
    answer = framed_html("x")

    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"
