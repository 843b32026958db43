"""Client of Sightline, a self-hosted image-inference service."""

from ._async.client import AsyncSightlineClient
from ._sync.client import SightlineClient
from ._version import __version__
from .errors import ServiceProblem, ServiceUnreachable, SightlineError
from .images import FaceInput, ImageFile, Images, Upload

__all__ = [
    "AsyncSightlineClient",
    "FaceInput",
    "ImageFile",
    "Images",
    "ServiceProblem",
    "ServiceUnreachable",
    "SightlineClient",
    "SightlineError",
    "Upload",
    "__version__",
]
