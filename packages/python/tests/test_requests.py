"""What the clients send, and when they send it again, against a server of given answers: `python -m unittest`."""

from __future__ import annotations

import asyncio
import copy
import gzip
import io
import json
import os
import pickle
import resource
import tempfile
import threading
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO, cast
from unittest import mock

from sightline_client import (
    AsyncSightlineClient,
    ServiceProblem,
    ServiceUnreachable,
    SightlineClient,
    SightlineError,
    Upload,
)

Answer = Callable[[BaseHTTPRequestHandler], None]


class Service:
    """Gives these answers, one after the other, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        seen = self.seen = []  # type: list[tuple[str, dict[str, str], bytes]]

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body, left = b"", int(self.headers.get("content-length", 0))
                if "transfer-encoding" in self.headers:
                    while (size := int(self.rfile.readline(), 16)) > 0:
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                while left > 0:
                    chunk = self.rfile.read(min(left, 65_536))
                    left -= len(chunk)
                    body += chunk if len(body) < 100_000 else b""
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen.append((f"{self.command} {self.path}", headers, body))
                answers[min(len(seen), len(answers)) - 1](self)

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def headers(self, name: str) -> list[str | None]:
        return [headers.get(name) for _, headers, _ in self.seen]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def answer(status: int, body: object, **headers: str) -> Answer:
    def send(request: BaseHTTPRequestHandler) -> None:
        content = json.dumps(body).encode()
        request.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(content)

    return send


def page(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "6")
    request.end_headers()
    request.wfile.write(b"<html>")


def break_off(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def stream(*events: int, is_reset: bool = False) -> Answer:
    def send(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.end_headers()
        if is_reset:
            request.wfile.write(b'id: 0\nevent: reset\ndata: {"detail": "Restored."}\n\n')
        for sequence in events:
            # U+2028 ends a line in Python's `splitlines`, but not in a stream of events.
            data = json.dumps({"sequence": str(sequence), "data": {"name": "a\u2028b"}}, ensure_ascii=False)
            request.wfile.write(f": heartbeat\n\nid: {sequence}-0123abcd\nevent: x\ndata: {data}\n\n".encode())
        request.close_connection = True

    return send


def message(data: str, event: str = "x") -> Answer:
    def send(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.end_headers()
        request.wfile.write(f"id: 9\nevent: {event}\ndata: {data}\n\n".encode())
        request.close_connection = True

    return send


JOB = {"id": "a", "state": "created"}
OK = answer(200, JOB)
OVERLOADED = answer(503, {"code": "OVERLOADED", "detail": "Later.", "status": 503}, Retry_After="0")
NOT_FOUND = answer(404, {"code": "JOB_NOT_FOUND", "detail": "None.", "status": 404, "more": 1})


@contextmanager
def serving(*answers: Answer) -> Iterator[Service]:
    service = Service(*answers)
    try:
        yield service
    finally:
        service.stop()


class Requests(unittest.TestCase):
    def test_tries_again_when_the_service_says_when(self) -> None:
        past = formatdate(0, usegmt=True)
        with serving(OVERLOADED, answer(429, {"code": "X"}, Retry_After=past), OK) as service:
            with SightlineClient(service.url, "secret") as client:
                self.assertEqual(client.jobs.execute("a")["id"], "a")
            self.assertEqual([request for request, _, _ in service.seen], ["POST /v1/jobs/a/execute"] * 3)
            self.assertEqual(service.headers("x-api-key"), ["secret"] * 3)

    def test_gives_up_when_its_patience_is_over(self) -> None:
        with serving(OVERLOADED) as service, SightlineClient(service.url, patience_seconds=2.5) as client:
            # A second for each attempt, however long it takes.
            clock = mock.Mock(monotonic=lambda: float(len(service.seen)))
            with mock.patch("sightline_client._retry.time", clock), self.assertRaises(ServiceProblem) as caught:
                client.jobs.get("a")
            self.assertEqual((caught.exception.code, caught.exception.status), ("OVERLOADED", 503))
            self.assertEqual(caught.exception.retry_after_seconds, 0)
            self.assertEqual(len(service.seen), 3)

    def test_tries_again_where_a_proxy_has_no_answer_of_the_service_only_if_that_does_no_harm(self) -> None:
        failed = [answer(status, "Bad gateway") for status in (502, 503, 504)]
        with serving(*failed, OK, answer(504, {})) as service, SightlineClient(service.url) as client:
            self.assertEqual(client.jobs.get("a")["id"], "a")
            self.assertEqual(len(service.seen), 4)
            with self.assertRaises(ServiceProblem) as caught:
                client.jobs.execute("a")
            self.assertEqual((caught.exception.status, len(service.seen)), (504, 5))
        refused = answer(502, {"code": "ENCODER_FAILED", "detail": "No list.", "status": 502})
        with serving(refused, OK) as service, SightlineClient(service.url) as client:
            with self.assertRaises(ServiceProblem):
                client.jobs.get("a")
            self.assertEqual(len(service.seen), 1)

    def test_keeps_the_whole_problem_and_takes_no_proxys_answer_for_one(self) -> None:
        with serving(NOT_FOUND, answer(500, "Bad gateway")) as service, SightlineClient(service.url) as client:
            with self.assertRaisesRegex(ServiceProblem, r"None\. \(JOB_NOT_FOUND\)") as caught:
                client.jobs.get("a")
            self.assertEqual(dict(caught.exception.problem or {}).get("more"), 1)
            with self.assertRaises(ServiceProblem) as caught:
                client.jobs.get("a")
            self.assertEqual((caught.exception.code, caught.exception.problem), ("HTTP_ERROR", None))
            self.assertEqual(len(service.seen), 2)

    def test_passes_a_problem_on_to_another_process(self) -> None:
        refusal = answer(503, {"code": "OVERLOADED", "detail": "Later."}, Retry_After="61")
        with (
            serving(refusal) as service,
            SightlineClient(service.url) as client,
            self.assertRaises(ServiceProblem) as caught,
        ):
            client.jobs.get("a")
        for copied in (pickle.loads(pickle.dumps(caught.exception)), copy.copy(caught.exception)):
            self.assertIsInstance(copied, ServiceProblem)
            self.assertEqual(str(copied), "Later. (OVERLOADED)")
            self.assertEqual((copied.status, copied.code), (503, "OVERLOADED"))
            self.assertEqual((copied.problem, copied.retry_after_seconds), (caught.exception.problem, 61))

    def test_types_statistics_although_one_of_their_fields_is_called_from(self) -> None:
        activity = {"from": "2026-01-01T00:00:00Z", "bucketSeconds": 10}
        answers = answer(200, {"deadLetters": 0, "activity": activity}), answer(200, activity)
        with serving(*answers) as service, SightlineClient(service.url) as client:
            statistics, hour = client.statistics(), client.activity("hour")
        self.assertNotIn("queue", statistics)
        self.assertEqual([statistics["activity"]["from"], hour["from"]], [activity["from"]] * 2)
        # mypy would not need the comments if any field were allowed.
        self.assertRaises(KeyError, lambda: statistics["activity"]["until"])  # type: ignore[typeddict-item]
        self.assertRaises(KeyError, lambda: hour["until"])  # type: ignore[typeddict-item]

    def test_sends_a_request_whose_answer_was_lost_again_only_if_that_does_no_harm(self) -> None:
        with serving(OK, break_off, OK, break_off) as service, SightlineClient(service.url) as client:
            client.jobs.get("a")
            self.assertEqual(client.jobs.get("a")["id"], "a")
            self.assertEqual(len(service.seen), 3)
            with self.assertRaises(ServiceUnreachable):
                client.jobs.execute("a")
            self.assertEqual(len(service.seen), 4)

    def test_creates_a_job_under_a_key_of_its_own_which_a_repetition_has_too(self) -> None:
        with serving(OK, break_off, OK, OK) as service, SightlineClient(service.url) as client:
            client.jobs.get("a")
            file = io.BytesIO(b"content")
            client.jobs.create([Upload("a.jpg", file)], labels=["a:b", "c:d"], execute=False)
            client.jobs.create([b"content"])
            _, first, repeated, another = service.headers("idempotency-key")
            self.assertRegex(first or "", r"^[0-9a-f]{32}$")
            self.assertEqual(repeated, first)
            self.assertNotEqual(another, first)
            (first_path, _, first_body), (_, _, repeated_body) = service.seen[1:3]
            self.assertEqual(first_path, "POST /v1/jobs?labels=a%3Ab%2Cc%3Ad&execute=false")
            for body in (first_body, repeated_body):
                self.assertIn(b'name="images"; filename="a.jpg"', body)
                self.assertIn(b"content", body)

    def test_sends_each_label_as_one_whatever_its_value_has(self) -> None:
        labels = ["place:Paris, France", "path:C:\\new"]
        text = "labels=place%3AParis%5C%2C+France%2Cpath%3AC%3A%5C%5Cnew"
        with serving(OK, answer(200, {"items": []})) as service, SightlineClient(service.url) as client:
            client.jobs.create(labels=labels)
            list(client.jobs.list(labels=labels, limit=1))
            self.assertEqual(
                [path for path, _, _ in service.seen], [f"POST /v1/jobs?{text}", f"GET /v1/jobs?{text}&limit=1"]
            )

    def test_creates_all_else_under_a_key_too(self) -> None:
        creations: list[Callable[[SightlineClient], object]] = [
            lambda client: client.collections.create("friends"),
            lambda client: client.collections.add("friends", [1.0, 2.0]),
            lambda client: client.keys.create("a", ["jobs"]),
            lambda client: client.session.encode(b"content"),
            lambda client: client.webhook_secrets.rotate("https://example.com"),
        ]
        created = answer(201, {"items": [{}]})
        for create in creations:
            with serving(OK, break_off, created, created) as service, SightlineClient(service.url) as client:
                client.jobs.get("a")
                create(client)
                create(client)
                _, first, repeated, another = service.headers("idempotency-key")
                self.assertRegex(first or "", r"^[0-9a-f]{32}$")
                self.assertEqual(repeated, first)
                self.assertNotEqual(another, first)

    def test_sends_a_request_again_whose_connection_a_client_with_another_key_had_opened(self) -> None:
        with serving(OK, break_off, OK) as service, SightlineClient(service.url) as client:
            client.jobs.get("a")
            client.with_key("secret").jobs.create([b"content"])
            self.assertEqual([request for request, _, _ in service.seen[1:]], ["POST /v1/jobs"] * 2)

    def test_does_not_wait_for_a_service_that_never_answered(self) -> None:
        with serving(OK) as service:
            pass
        with SightlineClient(service.url) as client, self.assertRaises(ServiceUnreachable):
            client.jobs.get("a")

    def test_knows_what_is_no_sightline(self) -> None:
        with (
            serving(page) as service,
            SightlineClient(service.url) as client,
            self.assertRaisesRegex(ServiceUnreachable, "is not Sightline"),
        ):
            client.models()

    def test_knows_an_answer_that_cannot_be_unpacked_for_none(self) -> None:
        unpackable = answer(200, JOB, Content_Encoding="gzip")
        with serving(unpackable) as service, SightlineClient(service.url, patience_seconds=0) as client:
            self.assertRaises(ServiceUnreachable, client.jobs.get, "a")

    def test_takes_a_key_as_a_file_has_it(self) -> None:
        with serving(OK) as service, SightlineClient(service.url, "secret\n") as client:
            client.jobs.get("a")
            self.assertEqual(service.headers("x-api-key"), ["secret"])

    def test_says_that_a_key_cannot_be_sent_without_showing_it(self) -> None:
        with serving(OK) as service:
            for key in ["schl\u00fcssel", "two\nlines", "a\x00b"]:
                with (
                    self.subTest(key),
                    self.assertRaises(SightlineError) as caught,
                    SightlineClient(service.url, key) as client,
                ):
                    client.jobs.get("a")
                self.assertIn("cannot be sent", str(caught.exception))
                self.assertNotIn(key, str(caught.exception))
            with SightlineClient(service.url) as client, self.assertRaises(SightlineError):
                client.with_key("schl\u00fcssel").jobs.get("a")
            self.assertEqual(service.seen, [])

    def test_says_that_an_address_cannot_be_read(self) -> None:
        addresses = [
            "http://[::1",
            "http://localhost:port",
            "http://local\nhost",
            "http://local..host",
            f"http://{'a' * 64}",
        ]
        for url in addresses:
            with self.subTest(url), self.assertRaises(ServiceUnreachable), SightlineClient(url) as client:
                client.jobs.get("a")

    def test_escapes_what_is_part_of_a_path(self) -> None:
        with serving(OK) as service, SightlineClient(service.url) as client:
            client.jobs.get("../keys?x")
            self.assertEqual(service.seen[0][0], "GET /v1/jobs/..%2Fkeys%3Fx")

    def test_sends_no_id_that_would_make_the_path_another_one(self) -> None:
        with serving(OK) as service, SightlineClient(service.url) as client:
            for name in ("", ".", ".."):
                with self.assertRaisesRegex(SightlineError, "cannot be an id or a name"):
                    client.collections.remove_face("people", name)
                with self.assertRaises(SightlineError):
                    client.jobs.get(name)
                with self.assertRaises(SightlineError):
                    client.events(job_id=name)
            self.assertEqual(service.seen, [])

    def test_names_the_beginning_that_an_address_lacks(self) -> None:
        for url in ("localhost:8080", "127.0.0.1:8080", "localhost", ""):
            with self.subTest(url), self.assertRaisesRegex(ServiceUnreachable, "not begin with http://"):
                SightlineClient(url)

    def test_reads_a_file_while_it_is_sent(self) -> None:
        size = 300 * 2**20
        with serving(OK) as service, SightlineClient(service.url) as client, tempfile.NamedTemporaryFile() as file:
            os.truncate(file.name, size)
            client.process([b"small"])
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            client.process([file.name])
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
            self.assertGreater(int(service.headers("content-length")[1] or 0), size)
            self.assertLess(grown, size / 4)

    def test_sends_more_files_than_a_process_may_have_open(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with serving(OK) as service, SightlineClient(service.url) as client, tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, f"{number}.jpg") for number in range(100)]
            for path in paths:
                path.write_bytes(b"content of " + path.name.encode())
            resource.setrlimit(resource.RLIMIT_NOFILE, (50, hard))
            try:
                client.process(paths)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for path in paths:
                self.assertIn(b"content of " + path.name.encode() + b"\r\n", service.seen[0][2])

    def test_sends_a_file_whose_name_is_not_utf_8(self) -> None:
        with serving(OK) as service, SightlineClient(service.url) as client, tempfile.TemporaryDirectory() as folder:
            path = Path(folder, os.fsdecode(b"caf\xe9.jpg"))
            path.write_bytes(b"content")
            client.process([path, Upload(path.name, b"more")])
            self.assertEqual(service.seen[0][2].count(b'filename="caf?.jpg"'), 2)

    def test_sends_a_file_whose_name_has_control_characters(self) -> None:
        with serving(OK) as service, SightlineClient(service.url) as client:
            client.process([Upload("a\x07\x1b[31m\x7f\n.jpg", b"content")])
            self.assertIn(b'filename="a%07%1B[31m%7F%0A.jpg"', service.seen[0][2])

    def test_sends_what_comes_from_a_pipe_or_is_unpacked_while_it_is_read(self) -> None:
        with serving(OK) as service, SightlineClient(service.url) as client, tempfile.TemporaryDirectory() as folder:
            reading, writing = os.pipe()
            with open(writing, "wb") as pipe:
                pipe.write(b"from the pipe")
            packed = Path(folder, "packed")
            packed.write_bytes(gzip.compress(b"unpacked" * 100))
            with open(reading, "rb") as pipe, gzip.open(packed) as unpacked:
                client.process([pipe])
                client.process([cast(BinaryIO, unpacked)])
            self.assertIn(b"from the pipe\r\n", service.seen[0][2])
            self.assertIn(b"unpacked" * 100 + b"\r\n", service.seen[1][2])

    def test_reads_an_open_file_from_its_beginning_for_json_too(self) -> None:
        with serving(answer(201, {"items": [{}]})) as service, SightlineClient(service.url) as client:
            file = io.BytesIO(b"content")
            file.read()
            client.collections.add("friends", file)
            self.assertEqual(json.loads(service.seen[0][2]), {"faces": [{"image": "Y29udGVudA=="}]})


class Events(unittest.TestCase):
    def test_connects_again_after_the_last_event_also_to_a_service_at_capacity(self) -> None:
        with serving(stream(1, 2), OVERLOADED, stream(2, 3)) as service, SightlineClient(service.url) as client:
            lost: list[Exception] = []
            sequences = []
            for event in client.events(on_lost=lost.append):
                self.assertEqual(event["data"], {"name": "a\u2028b"})
                sequences.append(int(event["sequence"]))
                if sequences[-1] == 3:
                    break
            self.assertEqual(sequences, [1, 2, 3])
            self.assertEqual(service.headers("last-event-id"), ["0", "2-0123abcd", "2-0123abcd"])
            self.assertEqual(len(lost), 1)

    def test_connects_again_where_a_proxy_names_another_address_for_a_while(self) -> None:
        elsewhere = answer(302, None, Location="http://127.0.0.1:9/sorry")
        lost: list[Exception] = []
        with serving(stream(1), elsewhere, stream(2)) as service, SightlineClient(service.url, "secret") as client:
            for event in client.events(on_lost=lost.append):
                if event["sequence"] == "2":
                    break
            self.assertEqual(len(service.seen), 3)
        self.assertEqual(
            [str(error) for error in lost][-1:],
            ["The service is at another address: http://127.0.0.1:9/sorry (302). (HTTP_ERROR)"],
        )

    def test_sends_nothing_on_to_where_another_address_is_named_and_says_which(self) -> None:
        with serving(OK) as other, serving(answer(301, None, Location=f"{other.url}/v1/jobs/a")) as service:
            with SightlineClient(service.url, "secret") as client:
                for read in (lambda: client.jobs.get("a"), lambda: next(client.events())):
                    with self.assertRaisesRegex(ServiceProblem, f"another address: {other.url}/v1/jobs/a"):
                        read()
            self.assertEqual(other.seen, [])

    def test_begins_again_where_the_log_was_restored_from_a_backup(self) -> None:
        with serving(stream(7), stream(1, is_reset=True), stream(2)) as service, SightlineClient(service.url) as client:
            seen: list[int | str] = []
            for event in client.events(after="6", on_reset=seen.append):
                seen.append(int(event["sequence"]))
                if seen[-1] == 2:
                    break
            self.assertEqual(seen, [7, "Restored.", 1, 2])
            self.assertEqual(service.headers("last-event-id"), ["6", "7-0123abcd", "1-0123abcd"])

    def test_connects_again_where_a_message_is_damaged(self) -> None:
        texts = ["{", "[]", "{}", '{"sequence": "x"}', '{"sequence": null}']
        damaged = [message(text) for text in texts] + [message("{}", "reset")]
        with serving(stream(1), *damaged, stream(2)) as service, SightlineClient(service.url) as client:
            lost: list[Exception] = []
            events = client.events(on_lost=lost.append)
            self.assertEqual([int(next(events)["sequence"]) for _ in range(2)], [1, 2])
            self.assertEqual([type(error) for error in lost], [ServiceUnreachable] * len(damaged))
            self.assertEqual(service.headers("last-event-id"), ["0"] + ["1-0123abcd"] * (len(damaged) + 1))

    def test_is_refused_for_good_where_the_service_says_so(self) -> None:
        with serving(NOT_FOUND) as service, SightlineClient(service.url) as client, self.assertRaises(ServiceProblem):
            next(iter(client.events(job_id="a")))

    def test_waits_for_a_service_at_capacity_before_the_first_event_as_long_as_it_has_patience(self) -> None:
        proxy = answer(502, {})
        with serving(OVERLOADED, proxy, stream(1)) as service, SightlineClient(service.url) as client:
            lost: list[Exception] = []
            self.assertEqual(next(client.events(on_lost=lost.append))["sequence"], "1")
            self.assertEqual(lost, [])
        with (
            serving(OVERLOADED) as service,
            SightlineClient(service.url, patience_seconds=0) as client,
            self.assertRaises(ServiceProblem),
        ):
            next(client.events())

    def test_ends_where_no_sightline_answers_at_first(self) -> None:
        with (
            serving(page, NOT_FOUND) as service,
            SightlineClient(service.url) as client,
            self.assertRaisesRegex(ServiceUnreachable, "is not Sightline"),
        ):
            next(iter(client.events()))

    def test_does_the_same_with_await(self) -> None:
        async def sequences(url: str) -> list[int]:
            async with AsyncSightlineClient(url) as client:
                read = []
                async for event in client.events(after=0):
                    read.append(int(event["sequence"]))
                    if read[-1] == 3:
                        return read
            raise AssertionError

        with serving(stream(1, 2), stream(2, 3)) as service:
            self.assertEqual(asyncio.run(sequences(service.url)), [1, 2, 3])


if __name__ == "__main__":
    unittest.main()
