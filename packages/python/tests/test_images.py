"""What a call takes for images: `python -m unittest`."""

from __future__ import annotations

import io
import json
import tempfile
import unittest
from array import array
from pathlib import Path
from typing import Any, cast

from test_requests import OK, OVERLOADED, serving

from sightline_client import SightlineClient, Upload


class TakenImages(unittest.TestCase):
    def test_sends_one_image_alone_as_one(self) -> None:
        with tempfile.NamedTemporaryFile(suffix=".jpg") as file, io.BytesIO(b"content\nof lines") as opened:
            file.write(b"content\nof lines")
            file.flush()
            for image in (
                file.name,
                Path(file.name),
                b"content\nof lines",
                opened,
                Upload("a", b"content"),
            ):
                with self.subTest(image), serving(OK) as service, SightlineClient(service.url) as client:
                    client.process(image)
                    client.jobs.create(image)
                    for _, _, body in service.seen:
                        self.assertEqual(body.count(b'name="images"'), 1)
                        self.assertIn(b"content", body)

    def test_sends_what_is_yielded_once_again(self) -> None:
        with serving(OVERLOADED, OK) as service, SightlineClient(service.url) as client:
            client.process(content for content in (b"first", b"second"))
            self.assertEqual([body.count(b'name="images"') for _, _, body in service.seen], [2, 2])

    def test_says_what_is_no_image_before_it_sends_anything(self) -> None:
        with serving(OK) as service, SightlineClient(service.url) as client:
            for wrong, kind in (
                ([[0, 1], [2, 3]], "list"),
                (bytearray(b"a"), "bytearray"),
                (5, "int"),
                (io.StringIO("a\nb"), "StringIO"),
                ([b"a", None], "None"),
            ):
                with self.subTest(kind), self.assertRaisesRegex(TypeError, f"an Upload, not {kind}"):
                    client.process(cast(Any, wrong))
            self.assertEqual(service.seen, [])

    def test_sends_a_form_also_without_images(self) -> None:
        with serving(OK) as service, SightlineClient(service.url) as client:
            client.process([])
            [(_, headers, body)] = service.seen
            boundary = headers["content-type"].removeprefix("multipart/form-data; boundary=")
            self.assertEqual(body, f"--{boundary}--\r\n".encode())

    def test_takes_an_array_for_an_encoding(self) -> None:
        with serving(OK) as service, SightlineClient(service.url) as client:
            client.collections.search("friends", array("f", [1, 0.5]))
            self.assertEqual(json.loads(service.seen[0][2]), {"encoding": [1, 0.5]})
