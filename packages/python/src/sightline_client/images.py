"""Images to send, and request bodies with images."""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

Content = str | os.PathLike[str] | bytes | BinaryIO
"""The path of a file, bytes, or an open binary file. Files are read while they are sent, from their beginning."""


@dataclass(frozen=True)
class Upload:
    """An image with the name that it has in the answer."""

    file_name: str
    content: Content


ImageFile = Content | Upload
Images = ImageFile | Iterable[ImageFile]
"""Several images, from anything that yields them, or a single one."""

FaceInput = ImageFile | Iterable[float]
"""An image, of which the largest face is used, or an encoding: a list of numbers, or an array such as one of NumPy."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def images_of(images: Images) -> list[ImageFile]:
    """
    The images as a list, also for a single one: a path or an open file would yield characters or lines as images.

    Raises TypeError if one is no image, such as an array of pixels.
    """
    is_one = _is_image(images) or isinstance(images, io.TextIOBase) or not isinstance(images, Iterable)
    listed = [images] if is_one else list(cast("Iterable[ImageFile]", images))
    for image in listed:
        if not _is_image(image):
            kind = type(images if isinstance(images, (bytearray, memoryview)) else image).__name__
            raise TypeError(f"An image is the path of a file, bytes, an open binary file or an Upload, not {kind}.")
    return cast("list[ImageFile]", listed)


def _is_image(value: object) -> bool:
    if isinstance(value, io.TextIOBase):
        return False
    return isinstance(value, (str, bytes, os.PathLike, Upload)) or callable(getattr(value, "read", None))


def form_of(images: Sequence[ImageFile], files: ExitStack) -> list[tuple[str, tuple[str, Any]]]:
    """A multipart body in the form of httpx. The files that it opens are closed with the stack."""
    return [("images", (name_of(image), _readable(image, files))) for image in images]


def may_repeat(images: Sequence[ImageFile]) -> bool:
    """Whether the images can be read twice, which is not so for a pipe."""
    contents = (image.content if isinstance(image, Upload) else image for image in images)
    return all(isinstance(content, (str, bytes, os.PathLike)) or content.seekable() for content in contents)


def name_of(image: ImageFile) -> str:
    # Python uses surrogates for bytes of a file's name that are not UTF-8. A request cannot contain them.
    name = _name_of(image).encode(errors="replace").decode()
    # Escapes all control characters in the way in which httpx escapes most of them. With one, the form is unreadable.
    return _CONTROLS.sub(lambda control: f"%{ord(control[0]):02X}", name)


def _name_of(image: ImageFile) -> str:
    if isinstance(image, Upload):
        return image.file_name
    if isinstance(image, bytes):
        return "image"
    name = image if isinstance(image, (str, os.PathLike)) else getattr(image, "name", "image")
    # The name of a file that was opened by its number is that number.
    return Path(name).name if isinstance(name, (str, os.PathLike)) else "image"


def is_encoding(face: FaceInput) -> bool:
    return isinstance(face, Iterable) and not _is_image(face)


def face_json(face: FaceInput) -> dict[str, Any]:
    """The face for a JSON body, in which an image is base64 and kept in memory."""
    if is_encoding(face):
        return {"encoding": [float(number) for number in cast("Iterable[float]", face)]}
    return {"image": base64.b64encode(_read(cast(ImageFile, face))).decode("ascii")}


def _read(image: ImageFile) -> bytes:
    content = image.content if isinstance(image, Upload) else image
    if isinstance(content, bytes):
        return content
    if isinstance(content, (str, os.PathLike)):
        return Path(content).read_bytes()
    if content.seekable():
        content.seek(0)
    return content.read()


def _readable(image: ImageFile, files: ExitStack) -> bytes | _File | _FileAtPath:
    content = image.content if isinstance(image, Upload) else image
    if isinstance(content, bytes):
        return content
    if not isinstance(content, (str, os.PathLike)):
        return _File(content)
    if os.path.isfile(content):
        return _FileAtPath(content, files)
    return _File(_opened(content, files))


def _opened(path: str | os.PathLike[str], files: ExitStack) -> BinaryIO:
    return files.enter_context(open(path, "rb"))


class _File:
    """An open file without its number, from which httpx would conclude that a pipe has the length 0."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read
        self.seek = file.seek
        self.tell = file.tell


class _FileAtPath:
    """A file that is open only while it is read: a request may have more images than a process may have open files."""

    def __init__(self, path: str | os.PathLike[str], files: ExitStack) -> None:
        with open(path, "rb") as file:
            self._size = os.fstat(file.fileno()).st_size
        self._path = path
        self._files = files
        self._file: BinaryIO | None = None

    def tell(self) -> int:
        return 0

    def seek(self, _: int, whence: int = os.SEEK_SET) -> int:
        return self._size if whence == os.SEEK_END else 0

    def read(self, size: int) -> bytes:
        if self._file is None:
            self._file = _opened(self._path, self._files)
        chunk = self._file.read(size)
        if not chunk:
            self._file.close()
        return chunk
