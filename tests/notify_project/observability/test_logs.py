"""Log lines: what an operator needs is there, and nobody's data is."""

import decimal
import io
import json
import logging
import logging.config
import uuid
import warnings
from datetime import timedelta
from enum import StrEnum

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from gunicorn import glogging  # type: ignore[import-untyped]
from gunicorn.config import Config  # type: ignore[import-untyped]

from notify_project.errors import Invalid
from notify_project.observability import logs

# Turned around, because a message found in its module's source counts as constant.
EMAIL = "elpmaxe.tnacilppa@ykcul"[::-1]
PHONE = "43210078771+"[::-1]
NAME = "tnacilppA ykcuL"[::-1]
BODY = "120394 edoc ,devorppa si 0001$ fo gnidnuf ruoY"[::-1]
CANARIES = (EMAIL, PHONE, PHONE[2:], NAME, NAME[-9:], BODY, BODY[-6:])


def fail(request, address):
    raise ValueError(f"cannot send to {address}")


urlpatterns = [
    path("fail/<str:address>", fail),
    path("ok", lambda request: HttpResponse()),
]

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def output():
    """What goes to stdout, as production would write it."""
    buffer = io.StringIO()
    logs.configure({})
    apply(buffer)
    yield buffer
    logs.configure()


def apply(buffer, **options):
    config = logs.logging_config(**options)
    config["handlers"]["stdout"]["stream"] = buffer
    logging.config.dictConfig(config)


def lines(output):
    return [json.loads(line) for line in output.getvalue().splitlines()]


def assert_no_canary(output):
    assert output.getvalue()
    for canary in CANARIES:
        assert canary not in output.getvalue()


class State(StrEnum):
    SENT = "sent"


def test_ids_codes_counts_and_times_are_logged(output):
    message_id = uuid.uuid4()

    structlog.get_logger("delivery.sending").info(
        "attempt_finished",
        message_id=message_id,
        provider="sms.twilio",
        lane="sms-hi",
        code="21610",
        state=State.SENT,
        attempts=2,
        duration_ms=12.5,
        waited_seconds=timedelta(seconds=3),
        states=["sent", "queued"],
        retryable=False,
    )

    (line,) = lines(output)
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "delivery.sending",
        "event": "attempt_finished",
        "message_id": str(message_id),
        "provider": "sms.twilio",
        "lane": "sms-hi",
        "code": "21610",
        "state": "sent",
        "attempts": 2,
        "duration_ms": 12.5,
        "waited_seconds": 3.0,
        "states": ["sent", "queued"],
        "retryable": False,
    }


def test_other_fields_are_withheld_by_name(output):
    structlog.get_logger("x").warning("attempt_failed", address=EMAIL, body=BODY)

    (line,) = lines(output)
    assert line["withheld"] == ["address", "body"]
    assert_no_canary(output)


@pytest.mark.parametrize(
    "value",
    [EMAIL, PHONE, "778-700-1234", NAME, BODY, b"x", {"to": EMAIL}, object(), [NAME]],
)
def test_an_allowed_field_with_a_callers_text_in_it_is_withheld(output, value):
    structlog.get_logger("x").info("attempt_failed", code=value)

    (line,) = lines(output)
    assert line.get("code") in (None, ["…"])
    assert_no_canary(output)


def test_a_message_put_together_at_run_time_is_told_by_its_place(output):
    logging.getLogger("library").warning(f"no route to {EMAIL}")
    structlog.get_logger("x").warning(f"sent to {EMAIL}")

    assert [line["event"].split(":")[0] for line in lines(output)] == ["test_logs"] * 2
    assert_no_canary(output)


def test_a_message_whose_first_line_is_constant_hides_the_others(output):
    logging.getLogger("library").warning("a constant line\n" + BODY)

    assert_no_canary(output)


def test_arguments_of_other_peoples_messages_are_hidden_but_for_numbers(output):
    library = logging.getLogger("library")

    library.warning("sent to %s after %d tries on port %s", EMAIL, 3, 2525)
    library.warning("called %(to)s as %(name)s", {"to": PHONE, "name": NAME})
    library.warning("dialled %s", int(PHONE))
    library.warning("paid %s", decimal.Decimal(493021))

    assert lines(output)[0]["event"] == "sent to … after 3 tries on port 2525"
    assert_no_canary(output)


def test_extra_fields_of_the_standard_library_are_sifted_too(output):
    logging.getLogger("x").warning("key used", extra={"key_id": "k-1", "who": EMAIL})

    (line,) = lines(output)
    assert (line["key_id"], line["withheld"]) == ("k-1", ["who"])
    assert_no_canary(output)


def test_an_exception_is_its_type_and_places(output):
    def deep(address):
        raise ValueError(f"cannot send to {address}")

    try:
        try:
            deep(EMAIL)
        except ValueError as error:
            raise Invalid(f"email.to: {NAME}", field=PHONE) from error
    except Invalid:
        structlog.get_logger("x").exception("step_failed", step="sending")

    (line,) = lines(output)
    assert line["exception"]["type"] == "notify_project.errors.Invalid"
    (cause,) = line["exception"]["caused_by"]
    assert cause["type"] == "ValueError"
    assert cause["frames"][-1].endswith(" deep")
    assert cause["frames"][-1].startswith(f"{__name__}:")
    assert_no_canary(output)


def test_exception_groups_and_odd_exc_info_do_no_harm(output):
    logger = logging.getLogger("x")
    try:
        raise ExceptionGroup(BODY, [ValueError(EMAIL), TypeError(PHONE)])
    except ExceptionGroup:
        logger.exception("batch failed")
    logger.error("no error here", exc_info=True)
    logger.error("an instance", exc_info=ValueError(EMAIL), stack_info=True)

    assert len(lines(output)) == 3
    assert_no_canary(output)


def test_a_failing_request_logs_route_status_and_correlation_id(output):
    Client(raise_request_exception=False).get(
        f"/fail/{EMAIL}?phone={PHONE}&name={NAME}",
        headers={"X-Correlation-Id": "case-20"},
    )

    (line,) = lines(output)
    assert line["event"] == "request_failed"
    assert line["route"] == "fail/<str:address>"
    assert (line["status"], line["method"]) == (500, "GET")
    assert line["correlation_id"] == "case-20"
    assert line["exception"]["type"] == "ValueError"
    assert_no_canary(output)


def test_an_unknown_address_is_not_logged_as_it_came(output):
    Client().get(f"/people/{EMAIL}/{PHONE}")

    (line,) = lines(output)
    assert (line["event"], line["status"]) == ("request_refused", 404)
    assert_no_canary(output)


def test_a_foreign_host_is_not_logged_as_it_came(output):
    Client().get("/ok", headers={"Host": f"{EMAIL}.example"})

    assert any(line["logger"].startswith("django.security") for line in lines(output))
    assert_no_canary(output)


def test_a_correlation_id_that_is_an_address_is_hidden(output):
    Client().get("/nothing", headers={"X-Correlation-Id": EMAIL})
    Client().get("/nothing", headers={"X-Correlation-Id": PHONE})

    assert [line["correlation_id"] for line in lines(output)] == ["…", "…"]
    assert_no_canary(output)


def test_celerys_task_lines_keep_name_and_id_and_hide_the_result(output):
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s[%(id)s] raised unexpected: %(exc)s",
        {"name": "notify.pump", "id": "f81d4fae", "exc": BODY, "args": [EMAIL]},
        extra={"data": {"args": EMAIL, "kwargs": PHONE, "id": "f81d4fae"}},
    )

    (line,) = lines(output)
    assert line["event"] == "Task notify.pump[f81d4fae] raised unexpected: …"
    assert_no_canary(output)


def test_gunicorns_lines_go_through_the_same_chain(output):
    logger = logging.getLogger("gunicorn.error")

    logger.info("Booting worker with pid: %s", 4711)
    logger.error("Error handling request %s", f"/notify?to={EMAIL}")

    assert [line["event"] for line in lines(output)] == [
        "Booting worker with pid: 4711",
        "Error handling request …",
    ]
    assert_no_canary(output)


def test_gunicorns_own_logger_does_not_hide_where_a_line_was_written(output):
    gunicorn = glogging.Logger(Config())
    apply(output)

    gunicorn.info("Listening at: %s (%s)", f"http://{EMAIL}", 4711)
    gunicorn.info(f"Listening at: {EMAIL}")

    events = [line["event"] for line in lines(output)]
    assert events[0] == "Listening at: … (4711)"
    assert events[1].startswith("test_logs:")
    assert_no_canary(output)


def test_warnings_and_sql_do_not_leak(output):
    logging.captureWarnings(True)
    try:
        warnings.warn(f"odd value {EMAIL}", stacklevel=1)
    finally:
        logging.captureWarnings(False)
    logging.getLogger("django.db.backends").debug("INSERT %s", EMAIL)

    assert_no_canary(output)


@pytest.mark.parametrize("arguments", [(1,), (1, 2, 3), (EMAIL, 2), ({"a": EMAIL},)])
def test_a_broken_format_does_not_break_logging(arguments):
    make = logs.logging_config()["formatters"]["redacted"]["()"]
    record = logging.LogRecord(
        "x", logging.INFO, __file__, 1, "%d of %d", arguments, None
    )

    line = json.loads(make(readable=False, reveal=False).format(record))

    assert line["event"] == "%d of %d"
    assert EMAIL not in json.dumps(line)


def test_people_get_lines_that_they_can_read(output):
    apply(output, readable=True)

    structlog.get_logger("delivery").info("attempt_finished", code="21610", to=EMAIL)

    assert "attempt_finished" in output.getvalue()
    assert "21610" in output.getvalue()
    with pytest.raises(json.JSONDecodeError):
        lines(output)
    assert_no_canary(output)


def test_a_developer_may_have_the_messages_of_exceptions(output):
    apply(output, reveal=True)

    logging.getLogger("x").error("failed here", exc_info=ValueError("the reason"))

    assert lines(output)[0]["exception"]["message"] == "the reason"
