"""Images to send, and the bodies of requests with them."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

Content = str | os.PathLike[str] | bytes | BinaryIO
"""The path of a file, bytes, or an open binary file. Files are read while they are sent, from their beginning."""


@dataclass(frozen=True)
class Upload:
    """An image with the name that it has in the answer."""

    file_name: str
    content: Content


ImageFile = Content | Upload
FaceInput = ImageFile | Sequence[float]
"""An image, of which the largest face is used, or an encoding."""


def form_of(images: Sequence[ImageFile], files: ExitStack) -> list[tuple[str, tuple[str, Any]]]:
    """A multipart body, as httpx takes it. The files that it opens are closed with the stack."""
    return [("images", (name_of(image), _opened(image, files))) for image in images]


def may_repeat(images: Sequence[ImageFile]) -> bool:
    """Whether the images can be read twice: not from a pipe."""
    contents = (image.content if isinstance(image, Upload) else image for image in images)
    return all(isinstance(content, (str, bytes, os.PathLike)) or content.seekable() for content in contents)


def name_of(image: ImageFile) -> str:
    if isinstance(image, Upload):
        return image.file_name
    if isinstance(image, bytes):
        return "image"
    name = image if isinstance(image, (str, os.PathLike)) else getattr(image, "name", "image")
    # The name of a file that was opened by its number is that number.
    return Path(name).name if isinstance(name, (str, os.PathLike)) else "image"


def is_encoding(face: FaceInput) -> bool:
    return not isinstance(face, (str, bytes, os.PathLike, Upload)) and isinstance(face, Sequence)


def face_json(face: FaceInput) -> dict[str, Any]:
    """The face inside of JSON, in which an image is base64 and held in memory."""
    if isinstance(face, Sequence) and not isinstance(face, (str, bytes)):
        return {"encoding": [float(number) for number in face]}
    with ExitStack() as files:
        content = _opened(face, files)
        if not isinstance(content, bytes) and content.seekable():
            content.seek(0)
        data: bytes = content if isinstance(content, bytes) else content.read()
    return {"image": base64.b64encode(data).decode("ascii")}


def _opened(image: ImageFile, files: ExitStack) -> bytes | BinaryIO:
    content = image.content if isinstance(image, Upload) else image
    if isinstance(content, (str, os.PathLike)):
        return files.enter_context(open(content, "rb"))
    return content
