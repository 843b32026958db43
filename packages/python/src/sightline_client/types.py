"""Answers of the API, as they are in JSON. Written by `npm run client-types` from docs/openapi.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, final

if TYPE_CHECKING:
    from typing_extensions import NotRequired, TypeAlias

ProblemCode: TypeAlias = "Literal['MALFORMED_REQUEST', 'NO_IMAGE', 'INVALID_OPTION', 'INVALID_TENSOR', 'INVALID_CALLBACK_URL', 'WEBHOOKS_DISABLED', 'IMAGE_URLS_DISABLED', 'NO_FACE', 'TOO_MANY_FACES', 'DIGEST_MISMATCH', 'KEY_REQUIRED', 'KEY_INVALID', 'SCOPE_MISSING', 'CROSS_ORIGIN', 'SESSION_KEY_INVALID', 'SESSION_FULL', 'NOT_FOUND', 'JOB_NOT_FOUND', 'IMAGE_NOT_FOUND', 'MODEL_NOT_FOUND', 'COLLECTION_NOT_FOUND', 'KEY_NOT_FOUND', 'WEBHOOK_SECRET_NOT_FOUND', 'DELIVERY_NOT_FOUND', 'ERASURE_NOT_FOUND', 'FACE_NOT_FOUND', 'METHOD_NOT_ALLOWED', 'NOT_ACCEPTABLE', 'HEADERS_TIMEOUT', 'UPLOAD_TIMEOUT', 'JOB_STATE_CONFLICT', 'IDEMPOTENCY_KEY_IN_USE', 'COLLECTION_EXISTS', 'COLLECTION_CONFLICT', 'COLLECTION_FULL', 'LIMIT_REACHED', 'DUPLICATE_FACE', 'PICTURE_GONE', 'CURSOR_GONE', 'PRECONDITION_FAILED', 'PICTURE_UNKNOWN', 'REQUEST_TOO_LARGE', 'TOO_MANY_IMAGES', 'IMAGE_TOO_LARGE', 'TOO_MANY_PIXELS', 'UNSUPPORTED_MEDIA_TYPE', 'EXPECTATION_FAILED', 'HOST_NOT_ALLOWED', 'INVALID_IMAGE', 'IMAGE_URL_REFUSED', 'IMAGE_FETCH_FAILED', 'IMAGE_FETCH_TIMEOUT', 'FACE_QUALITY', 'EMPTY_IMAGE', 'IMAGE_TOO_COMPLEX', 'DETECTION_TOO_COSTLY', 'UNDECODABLE_IMAGE', 'IMAGE_REFUSED', 'DEADLINE_PASSED', 'IDEMPOTENCY_KEY_REUSED', 'RATE_LIMITED', 'QUOTA_EXCEEDED', 'STORAGE_QUOTA_EXCEEDED', 'HEADERS_TOO_LARGE', 'METHOD_NOT_IMPLEMENTED', 'TRANSFER_CODING_NOT_IMPLEMENTED', 'ENCODER_FAILED', 'ENCODER_UNAVAILABLE', 'MODEL_UNAVAILABLE', 'OVERLOADED', 'SHUTTING_DOWN', 'NO_DETECTOR', 'SERVICE_UNAVAILABLE', 'WORKER_LOST', 'NODE_LOST', 'STORE_UNAVAILABLE', 'IMAGE_TIMEOUT', 'ENCODER_TIMEOUT', 'HTTP_VERSION_NOT_SUPPORTED', 'STORAGE_FULL', 'STORE_LOCKED', 'NATS_TOO_OLD', 'STORE_CORRUPT', 'INTERNAL_ERROR']"

Box: TypeAlias = "list[int]"

FaceJson: TypeAlias = "EncodingJson | FaceImageJson | FaceUrlJson"

Scope: TypeAlias = "Literal['process', 'jobs', 'sessions', 'collections', 'read-only', 'metrics', 'admin']"


Activity = TypedDict(
    "Activity",
    {
        # Earlier activity may be missing for a while: after the crash of a node, and after an
        # update of one that did not count its activity yet.
        "completeSince": "str",
        "lastHour": "LastHour",
        "lastMinute": "LastMinute",
        # Start of the first bucket.
        "from": "str",
        "bucketSeconds": "int",
        "buckets": "ActivityBuckets",
    },
)
"""Activity of job images, as the event log has it. Percentiles are of the time from an
image's arrival at a detector to its result, in milliseconds, to within 1 %."""


@final
class ActivityBuckets(TypedDict):
    """One value per bucket, the last of which is still open; null if no image was done."""

    done: list[int]
    failed: list[int]
    p50Ms: list[float | None]
    p95Ms: list[float | None]


ActivityOfRange = TypedDict(
    "ActivityOfRange",
    {
        "range": "Literal['hour', 'day', 'month']",
        # RFC 3339, UTC.
        "time": "str",
        # Start of the first bucket.
        "from": "str",
        "bucketSeconds": "int",
        "jobs": "ActivityBuckets",
        "process": "ActivityBuckets",
    },
)
"""Activity of the images of jobs, and of those of `POST /process`, in the same buckets."""


@final
class AnalysisResult(TypedDict):
    models: list[str]
    """The models as named in the request."""
    images: list[AnalysisResultImagesItem1 | ImageProblem]
    """A receipt for each image, in the order of upload."""


@final
class AnalysisResultImagesItem1(TypedDict):
    fileName: str | None
    """The file name as sent, or null if none was sent."""
    sha256: str
    """SHA-256 of the file's bytes."""
    width: int
    """Width of the image as displayed, in pixels."""
    height: int
    """Height of the image as displayed, in pixels."""
    results: dict[str, Any]
    """By the model's name."""
    timings: AnalysisResultImagesItem1Timings


@final
class AnalysisResultImagesItem1Timings(TypedDict):
    queueMs: float
    """Time the image waited for a thread."""
    decodeMs: float
    """Time to check, decode and prepare the image."""
    inferenceMs: float
    """Inference time of the model."""
    perModelMs: dict[str, Any]
    """`inferenceMs` by model. Work shared by two models counts for the first."""


@final
class AuditEntry(TypedDict):
    sequence: int
    id: str
    time: str
    """RFC 3339, UTC."""
    action: str
    """What was done, such as `key.create` or `collection.search`."""
    object: NotRequired[str]
    """What it was done to: an id, or the name of a collection."""
    keyId: NotRequired[str]
    """The key that was used; of a session, the key that opened it. `ADMIN_KEY` is the setting."""
    keyName: NotRequired[str]
    """Its name at that time."""
    owner: NotRequired[str]
    """Whom the request stood for. Of a request about a job with an admin key, the owner of the
    job, or `none`."""
    address: NotRequired[str]
    """Network address of the client."""
    status: NotRequired[int]
    """Status of the answer."""
    previous: str
    """`hash` of the entry before; empty for the first."""
    hash: str
    """SHA-256 of the JSON array of sequence, previous, id, time, action, object, keyId, keyName,
    owner, address and status."""


@final
class AuditPage(TypedDict):
    items: list[AuditEntry]
    nextCursor: NotRequired[str]
    """`cursor` of the next page; absent on the last."""


@final
class CloudEvent(TypedDict):
    specversion: Literal["1.0"]
    id: str
    """Stable: the same event always has the same id."""
    source: str
    type: str
    """`dev.sightline.job.<state>` or `dev.sightline.image.<state>`, and a few more."""
    subject: str
    """`jobs/<id>` or `jobs/<id>/images/<index>`."""
    time: str
    """RFC 3339, UTC."""
    datacontenttype: Literal["application/json"]
    owner: NotRequired[str]
    """Extension: id of the owner of the job; absent if it belongs to nobody."""
    sequence: str
    """Extension: position in the log, as decimal digits; grows by one per event, and by one more
    for each erasure."""
    sequencetype: Literal["Integer"]
    """Extension: `sequence` is compared as a number."""
    data: EventData


@final
class CollectionFace(TypedDict):
    id: str
    label: str | None
    sha256: str | None
    """SHA-256 of the image the face was found in."""
    box: Box | None
    quality: NotRequired[FaceQuality]
    addedAt: str
    """RFC 3339, UTC."""


@final
class CollectionPage(TypedDict):
    items: list[CollectionView]
    nextCursor: NotRequired[str]
    """`cursor` of the next page; absent on the last."""


@final
class CollectionView(TypedDict):
    name: str
    """The collection's name: letters, digits and `_.-`, but neither `.` nor `..`."""
    model: str
    version: str
    """The version of the model that encoded all faces of the collection."""
    faces: int
    """Number of faces."""
    requirements: NotRequired[Requirements]
    createdAt: str
    """RFC 3339, UTC."""


@final
class Comparison(TypedDict):
    similarity: float
    """Cosine of the angle between the encodings, -1 to 1."""
    distance: float
    """Euclidean distance of the encodings."""
    samePerson: bool | None
    """Whether the similarity reaches the threshold; null if no threshold has been measured."""
    threshold: float | None
    model: str
    version: str
    quality: list[QualityMeasure]
    """Measured error rates of the answer."""


@final
class CreatedKey(TypedDict):
    id: str
    name: str
    """For people."""
    scopes: list[Scope]
    owner: str
    """Owner of the jobs, collections and other data made with the key, in events as `owner`."""
    hint: str
    """The first characters of the key."""
    limits: NotRequired[KeyLimits]
    createdAt: str
    """RFC 3339, UTC."""
    expiresAt: NotRequired[str]
    """The key is invalid from then on."""
    revokedAt: NotRequired[str]
    """When the key was revoked."""
    key: str
    """The key. It cannot be retrieved again, but by the same request with its `Idempotency-Key`."""


@final
class CreatedReceiverSecret(TypedDict):
    origin: str
    createdAt: str
    """RFC 3339, UTC."""
    previousUntil: NotRequired[str]
    """Until then messages have a second signature, with the previous secret or `WEBHOOK_SECRET`."""
    secret: str
    """`whsec_` and base64. It cannot be retrieved again, but by the same request with its
    `Idempotency-Key`."""


@final
class DayStats(TypedDict):
    day: str
    total: int
    """All images of jobs."""
    created: int
    """Images pending or running."""
    completed: int
    """Images done."""
    failed: int
    """Images that failed."""


@final
class DeadLetter(TypedDict):
    jobId: str
    """The job's id."""
    index: int
    """Position in the order of upload."""
    fileName: str | None
    sha256: str
    bytes: int
    state: Literal["pending", "running", "done", "failed"]
    attempts: int
    """Attempts started so far."""
    result: NotRequired[ImageFindings]
    problem: NotRequired[Problem]
    startedAt: NotRequired[str]
    """RFC 3339, UTC."""
    finishedAt: NotRequired[str]
    """RFC 3339, UTC."""


@final
class DeadLetterPage(TypedDict):
    items: list[DeadLetter]
    nextCursor: NotRequired[str]
    """Absent on the last page."""


@final
class Delivery(TypedDict):
    id: str
    """The id of the event, which the receiver gets as `webhook-id`."""
    state: Literal["given-up", "waiting"]
    jobId: str
    """The job's id."""
    callbackUrl: str
    """Where it goes. Its query is replaced by `…`."""
    type: str
    """The event's type."""
    time: str
    """The event's time; RFC 3339, UTC."""
    attempts: int
    """Attempts that failed."""
    reason: NotRequired[str]
    """Why the last attempt failed."""
    givenUpAt: NotRequired[str]
    """RFC 3339, UTC."""


@final
class DeliveryPage(TypedDict):
    items: list[Delivery]
    nextCursor: NotRequired[str]
    """Absent on the last page."""


@final
class DetectorLoad(TypedDict):
    threads: int
    running: int
    """Images being processed."""
    waiting: int
    """Images waiting for a thread."""


@final
class EncodedFace(TypedDict):
    box: NotRequired[Box]
    score: NotRequired[float]
    """The detector's confidence."""
    encoding: list[float]
    """An encoding: a unit vector."""
    quality: NotRequired[FaceQuality]


@final
class EncodedPicture(TypedDict):
    sha256: str
    """SHA-256 of the image's bytes."""
    model: str
    version: str
    """The model's version; encodings of different versions cannot be compared."""
    width: int
    height: int
    faces: list[EncodedFace]
    """1 to 6 faces. A remote encoder gives no boxes and no quality."""


@final
class EncodingJson(TypedDict):
    encoding: list[float]
    """An encoding."""
    label: NotRequired[str]
    """Custom text, such as a name."""


@final
class Erasure(TypedDict):
    id: str
    """Whoever knows it may read the receipt, which names nobody."""
    state: Literal["running", "done"]
    """`running` also after a crash, until the service has continued and ended the erasure."""
    requestedAt: str
    """RFC 3339, UTC."""
    finishedAt: NotRequired[str]
    """When the erasure ended."""
    erased: dict[str, Any]
    """How many of each kind there were. `imageFiles` and `tasks` count jobs that had stored
    images or tasks."""
    checkedAt: NotRequired[str]
    """When all stores were searched again."""
    remaining: NotRequired[int]
    """How much that search found: nothing, or it would go on."""


@final
class Event(TypedDict):
    sequence: int
    """Position in the log, as a number. Deprecated: in the next version it is text, as the
    CloudEvents extension `sequence` has it, and as it is in all other forms already."""
    specversion: Literal["1.0"]
    id: str
    """Stable: the same event always has the same id."""
    source: str
    type: str
    """`dev.sightline.job.<state>` or `dev.sightline.image.<state>`, and a few more."""
    subject: str
    """`jobs/<id>` or `jobs/<id>/images/<index>`."""
    time: str
    """RFC 3339, UTC."""
    datacontenttype: Literal["application/json"]
    owner: NotRequired[str]
    """Extension: id of the owner of the job; absent if it belongs to nobody."""
    data: EventData


@final
class EventData(TypedDict):
    """The change. Each event has `jobId`. A job's state comes with `run`, `model`, `labels` and
    `priority`, and with `images` once all images are done or failed. Events of added images
    have `firstIndex` and `added`. An image's state comes with `index`, `fileName`, `sha256`
    and `attempts`, and with its `result` or `problem` once it has one."""

    jobId: str
    """The job's id."""
    state: NotRequired[Literal["created", "queued", "running", "succeeded", "partially_failed", "failed", "cancelled", "pending", "done"]]
    """The state that the job or the image reached; of a deleted job, its last one."""
    run: NotRequired[int]
    """Of a job: how often it was queued, so each retry has a number of its own."""
    model: NotRequired[str]
    """The model, or the models joined by commas."""
    labels: NotRequired[dict[str, str]]
    """Custom labels to find jobs by."""
    priority: NotRequired[int]
    images: NotRequired[ImageCounts]
    firstIndex: NotRequired[int]
    """Of images that were added: the first one."""
    added: NotRequired[int]
    """How many images were added."""
    index: NotRequired[int]
    """Position in the order of upload."""
    fileName: NotRequired[str | None]
    sha256: NotRequired[str]
    attempts: NotRequired[int]
    """Attempts started so far."""
    result: NotRequired[EventDataResult]
    truncated: NotRequired[bool]
    """True if the result was too large for the event, and has only its size and timings."""
    problem: NotRequired[Problem]


@final
class EventDataResult(TypedDict):
    sha256: NotRequired[str]
    width: int
    """Width of the image as displayed, in pixels."""
    height: int
    """Height of the image as displayed, in pixels."""
    faces: NotRequired[list[Box]]
    """A box for each face; without `models` only."""
    results: NotRequired[dict[str, Any]]
    """By the model's name; with `models` only."""
    timings: ImageTimings


@final
class EventPage(TypedDict):
    items: list[Event]
    next: int
    """The next page's `after`. That of the header `Link` is safer."""


@final
class FaceImageJson(TypedDict):
    image: str
    """The image's bytes in base64."""
    label: NotRequired[str]
    """Custom text, such as a name."""


@final
class FaceList(TypedDict):
    items: list[CollectionFace]


@final
class FacePage(TypedDict):
    items: list[CollectionFace]
    nextCursor: NotRequired[str]
    """`cursor` of the next page; absent on the last."""


@final
class FaceQuality(TypedDict):
    """How well the face can be seen: what decides whether its encoding can be trusted."""

    sharpness: float
    """How much of the detail of the face would be lost if it was blurred. Low if it is blurred
    already."""
    size: int
    """Shorter side of the face's box in pixels."""
    brightness: float
    """Mean of the pixels, 0 to 255."""
    pose: HeadPose


@final
class FaceUrlJson(TypedDict):
    url: str
    """An http or https URL of the file, without credentials. The service fetches it if it is
    configured to (`IMAGE_URLS`), from public addresses only."""
    label: NotRequired[str]
    """Custom text, such as a name."""


@final
class HaarEngineState(TypedDict):
    name: Literal["exact", "opencv"]
    """Both give the same boxes; `exact` is about ten times faster."""
    instructionSet: NotRequired[Literal["avx2", "sse2", "portable"]]
    fallbackReason: NotRequired[str]
    """Why it falls back to OpenCV's engine."""


@final
class HeadPose(TypedDict):
    """In degrees, estimated from the landmarks; all are 0 for a face that looks straight at the
    camera."""

    yaw: float
    """Above 0 if the nose points to the right of the image."""
    pitch: float
    """Above 0 if the nose points up."""
    roll: float
    """Above 0 if the head is tilted clockwise in the image."""


@final
class ImageCounts(TypedDict):
    total: int
    """All images."""
    pending: int
    """Images waiting."""
    running: int
    """Images being processed."""
    done: int
    """Images with a result."""
    failed: int
    """Images with a problem."""


@final
class ImageFindings(TypedDict):
    width: int
    """Width of the image as displayed, in pixels."""
    height: int
    """Height of the image as displayed, in pixels."""
    faces: NotRequired[list[Box]]
    """A box for each face; without `models` only."""
    results: NotRequired[dict[str, Any]]
    """By the model's name; with `models` only."""
    timings: ImageTimings


@final
class ImageProblem(TypedDict):
    fileName: str | None
    """The file name as sent, or null if none was sent."""
    problem: Problem


@final
class ImageResult(TypedDict):
    fileName: str | None
    """The file name as sent, or null if none was sent."""
    sha256: str
    """SHA-256 of the file's bytes."""
    width: int
    """Width of the image as displayed, in pixels."""
    height: int
    """Height of the image as displayed, in pixels."""
    faces: list[Box]
    """A box for each face."""
    timings: Timings


@final
class ImageTimings(TypedDict):
    queueMs: float
    """Time the image waited for a thread."""
    decodeMs: float
    """Time to check, decode and prepare the image."""
    inferenceMs: float
    """Inference time of the model."""
    perModelMs: NotRequired[dict[str, Any]]
    """`inferenceMs` by model. Work shared by two models counts for the first."""


@final
class Job(TypedDict):
    id: str
    """The job's id."""
    state: Literal["created", "queued", "running", "succeeded", "partially_failed", "failed", "cancelled"]
    model: str
    """The model, or the models joined by commas."""
    models: NotRequired[list[str]]
    """The models, if the job names any."""
    options: JobOptions
    labels: dict[str, str]
    """Custom labels to find jobs by."""
    owner: NotRequired[str]
    """The owner of the key or session that created it; absent if it belongs to nobody."""
    priority: int
    deadline: NotRequired[str]
    """RFC 3339, UTC."""
    callbackUrl: NotRequired[str]
    """Webhook URL. Its query is replaced by `…`."""
    callbackMode: NotRequired[Literal["structured", "binary"]]
    createdAt: str
    """RFC 3339, UTC."""
    queuedAt: NotRequired[str]
    """RFC 3339, UTC."""
    startedAt: NotRequired[str]
    """RFC 3339, UTC."""
    finishedAt: NotRequired[str]
    """RFC 3339, UTC."""
    images: ImageCounts
    progress: Progress


@final
class JobImage(TypedDict):
    index: int
    """Position in the order of upload."""
    fileName: str | None
    sha256: str
    bytes: int
    state: Literal["pending", "running", "done", "failed"]
    attempts: int
    """Attempts started so far."""
    result: NotRequired[ImageFindings]
    problem: NotRequired[Problem]
    startedAt: NotRequired[str]
    """RFC 3339, UTC."""
    finishedAt: NotRequired[str]
    """RFC 3339, UTC."""


@final
class JobOptions(TypedDict):
    scaleFactor: NotRequired[float]
    """How much the search window grows from one scale to the next."""
    minNeighbors: NotRequired[int]
    """Minimum number of overlapping windows per face. 0 returns every window, ungrouped."""
    minSize: NotRequired[int]
    """Width and height of the smallest face reported, in pixels. In an image into which no
    window of the search from this size on fits, the largest window that fits is searched, as
    in OpenCV: the faces found there are smaller."""
    scoreThreshold: NotRequired[float]
    """Minimum score of a face or object; overrides each model's own threshold. Only with
    `models`, one of which must detect faces or objects, or encode faces."""
    topK: NotRequired[int]
    """Number of classes reported by image classification; 5 by default. Only with `models`, one
    of which must classify images."""


@final
class JobPage(TypedDict):
    items: list[Job]
    nextCursor: NotRequired[str]
    """Absent on the last page."""


@final
class JobStatistics(TypedDict):
    created: int
    """Jobs that are `created`."""
    queued: int
    """Jobs that are `queued`."""
    running: int
    """Jobs that are `running`."""
    succeeded: int
    """Jobs that are `succeeded`."""
    partially_failed: int
    """Jobs that are `partially_failed`."""
    failed: int
    """Jobs that are `failed`."""
    cancelled: int
    """Jobs that are `cancelled`."""


@final
class Key(TypedDict):
    id: str
    name: str
    """For people."""
    scopes: list[Scope]
    owner: str
    """Owner of the jobs, collections and other data made with the key, in events as `owner`."""
    hint: str
    """The first characters of the key."""
    limits: NotRequired[KeyLimits]
    createdAt: str
    """RFC 3339, UTC."""
    expiresAt: NotRequired[str]
    """The key is invalid from then on."""
    revokedAt: NotRequired[str]
    """When the key was revoked."""


@final
class KeyLimits(TypedDict):
    """What may be done with the key and with the sessions opened with it, over all gateways. A
    limit that is absent is none."""

    requestsPerMinute: NotRequired[int]
    """Requests in a minute."""
    imagesPerMinute: NotRequired[int]
    """Images in a minute, to be processed at once or as part of a job. They count when they are
    accepted."""
    storedBytes: NotRequired[int]
    """Bytes that the images of all unfinished jobs of the key's owner may take, and those of
    failed jobs as long as they are kept."""


@final
class KeyPage(TypedDict):
    items: list[Key]
    nextCursor: NotRequired[str]
    """`cursor` of the next page; absent on the last."""


@final
class LastHour(TypedDict):
    done: int
    """Images with a result."""
    failed: int
    """Images that failed."""
    retried: int
    """Failed attempts that were or will be retried."""


@final
class LastMinute(TypedDict):
    imagesPerSecond: float
    p50Ms: float | None
    p95Ms: float | None


@final
class Match(TypedDict):
    id: str
    label: str | None
    sha256: str | None
    """SHA-256 of the image the face was found in."""
    box: Box | None
    quality: NotRequired[FaceQuality]
    addedAt: str
    """RFC 3339, UTC."""
    similarity: float
    """Cosine of the angle between the encodings, -1 to 1."""
    samePerson: bool | None
    """As in a comparison."""


@final
class MatchList(TypedDict):
    items: list[Match]
    """The nearest faces, best first."""
    searched: int
    """Number of faces searched."""
    model: str
    version: str


@final
class MeanEncoding(TypedDict):
    avg: list[float] | None
    """The mean of the encodings; null if there are none."""
    variance: list[float] | None
    """Variance of each component; null if there are no encodings."""
    count: int
    """Number of encodings. An image may have several, one per face."""
    images: int
    """Number of images considered."""
    skipped: int
    """Number of these images without a face, or with encodings of another length than the newest
    ones of the version."""
    model: str
    version: str | None
    """The model version of all encodings in the mean."""
    versions: list[VersionCount]
    """All versions with stored encodings. Versions are never mixed."""


@final
class Model(TypedDict):
    name: str
    task: Literal["face-detection", "face-encoding", "image-classification", "object-detection"]
    version: str
    """The version of the trained model, included in every result."""
    licence: str
    notes: NotRequired[str]
    """Notes on its use."""
    state: Literal["ready", "unavailable"]
    reason: NotRequired[str]
    """Why it is unavailable."""
    engine: NotRequired[HaarEngineState]
    files: list[ModelFile]
    """The files it is loaded from, verified at startup."""
    network: NotRequired[NetworkForm]
    hasLandmarks: NotRequired[bool]
    """Of a face detector with a network, if it is ready."""
    input: str
    """Preprocessing of an image, and the limits that follow from it."""
    thresholds: dict[str, Any]
    """`score`: minimum score reported. `overlap`: minimum overlap of two boxes of the same
    object. `samePerson`: minimum scalar product of two encodings of the same person."""
    quality: list[QualityMeasure]


@final
class ModelFile(TypedDict):
    name: str
    sha256: str
    bytes: int


@final
class ModelPage(TypedDict):
    items: list[Model]


@final
class ModelStats(TypedDict):
    model: str
    total: int
    """All images of jobs."""
    created: int
    """Images pending or running."""
    completed: int
    """Images done."""
    failed: int
    """Images that failed."""


@final
class NetworkForm(TypedDict):
    """Inputs and outputs of the network (`POST /v2/models/{name}/infer`)."""

    input: TensorForm
    outputs: list[TensorForm]
    provider: Literal["cpu", "cuda", "tensorrt", "openvino", "coreml", "webgpu"]
    """What it runs on, by onnxruntime's name."""
    fallbackReason: NotRequired[str]
    """Why it does not run on what was preferred."""


@final
class Node(TypedDict):
    id: str
    hostname: str
    state: Literal["online", "offline"]
    """An `offline` node was lost or stopped minutes ago."""
    services: list[str]
    version: NotRequired[str]
    startedAt: NotRequired[str]
    """RFC 3339, UTC."""
    uptimeSeconds: NotRequired[int]
    """Computed from the clocks of both nodes."""
    detector: NotRequired[DetectorLoad | None]
    """Load of the node's detector; null if it did not answer in time, absent if the node has
    none."""


@final
class Problem(TypedDict):
    """Problem details (RFC 9457), with facts such as the exceeded limit."""

    type: str
    """A URI reference that identifies the kind of problem: `/problems/<code>`."""
    title: str
    """The kind of problem; the same for every occurrence."""
    status: int
    """The HTTP status of the problem."""
    code: Literal["MALFORMED_REQUEST", "NO_IMAGE", "INVALID_OPTION", "INVALID_TENSOR", "INVALID_CALLBACK_URL", "WEBHOOKS_DISABLED", "IMAGE_URLS_DISABLED", "NO_FACE", "TOO_MANY_FACES", "DIGEST_MISMATCH", "KEY_REQUIRED", "KEY_INVALID", "SCOPE_MISSING", "CROSS_ORIGIN", "SESSION_KEY_INVALID", "SESSION_FULL", "NOT_FOUND", "JOB_NOT_FOUND", "IMAGE_NOT_FOUND", "MODEL_NOT_FOUND", "COLLECTION_NOT_FOUND", "KEY_NOT_FOUND", "WEBHOOK_SECRET_NOT_FOUND", "DELIVERY_NOT_FOUND", "ERASURE_NOT_FOUND", "FACE_NOT_FOUND", "METHOD_NOT_ALLOWED", "NOT_ACCEPTABLE", "HEADERS_TIMEOUT", "UPLOAD_TIMEOUT", "JOB_STATE_CONFLICT", "IDEMPOTENCY_KEY_IN_USE", "COLLECTION_EXISTS", "COLLECTION_CONFLICT", "COLLECTION_FULL", "LIMIT_REACHED", "DUPLICATE_FACE", "PICTURE_GONE", "CURSOR_GONE", "PRECONDITION_FAILED", "PICTURE_UNKNOWN", "REQUEST_TOO_LARGE", "TOO_MANY_IMAGES", "IMAGE_TOO_LARGE", "TOO_MANY_PIXELS", "UNSUPPORTED_MEDIA_TYPE", "EXPECTATION_FAILED", "HOST_NOT_ALLOWED", "INVALID_IMAGE", "IMAGE_URL_REFUSED", "IMAGE_FETCH_FAILED", "IMAGE_FETCH_TIMEOUT", "FACE_QUALITY", "EMPTY_IMAGE", "IMAGE_TOO_COMPLEX", "DETECTION_TOO_COSTLY", "UNDECODABLE_IMAGE", "IMAGE_REFUSED", "DEADLINE_PASSED", "IDEMPOTENCY_KEY_REUSED", "RATE_LIMITED", "QUOTA_EXCEEDED", "STORAGE_QUOTA_EXCEEDED", "HEADERS_TOO_LARGE", "METHOD_NOT_IMPLEMENTED", "TRANSFER_CODING_NOT_IMPLEMENTED", "ENCODER_FAILED", "ENCODER_UNAVAILABLE", "MODEL_UNAVAILABLE", "OVERLOADED", "SHUTTING_DOWN", "NO_DETECTOR", "SERVICE_UNAVAILABLE", "WORKER_LOST", "NODE_LOST", "STORE_UNAVAILABLE", "IMAGE_TIMEOUT", "ENCODER_TIMEOUT", "HTTP_VERSION_NOT_SUPPORTED", "STORAGE_FULL", "STORE_LOCKED", "NATS_TOO_OLD", "STORE_CORRUPT", "INTERNAL_ERROR"]
    """Stable code to program against."""
    detail: str
    """Explanation of this occurrence."""
    requestId: NotRequired[str]
    """The request's `X-Request-Id`."""
    error: NotRequired[str]
    """The same as `detail`, on the paths of the Open Inference Protocol."""
    faults: NotRequired[list[str]]
    """What is wrong with the request; the first few faults."""
    maxImageBytes: NotRequired[int]
    """Most bytes of an image file."""
    maxRequestBytes: NotRequired[int]
    """Most bytes of a request, or of one in JSON."""
    maxImagesPerRequest: NotRequired[int]
    """Most images of a request."""
    maxImageUrlsPerRequest: NotRequired[int]
    """Most images of a request that are named by URL."""
    maxResultBytes: NotRequired[int]
    """Most bytes of the results of a request, as JSON."""
    width: NotRequired[int]
    """Width of the image, in pixels."""
    height: NotRequired[int]
    """Height of the image, in pixels."""
    maxImagePixels: NotRequired[int]
    """Most pixels of an image."""
    maxSide: NotRequired[int]
    """Most pixels of a side of an image in this format."""
    maxScans: NotRequired[int]
    """Most scans of a JPEG of this size."""
    sha256: NotRequired[str]
    """SHA-256 of the file's bytes."""
    timeoutMs: NotRequired[float]
    """The time that was not enough."""
    acceptEncoding: NotRequired[str]
    """The content codings that a body may have."""
    answerStatus: NotRequired[int]
    """The status of the other server's answer."""
    model: NotRequired[str]
    """The model's name."""
    expected: NotRequired[list[int]]
    """The shape of the tensor; -1 stands for any size."""
    dimensions: NotRequired[int]
    """The length of the model's encodings."""
    faces: NotRequired[int]
    """Faces found in the image."""
    maxFaces: NotRequired[int]
    """Most faces of an image."""
    maxPictures: NotRequired[int]
    """Most images of a session."""
    index: NotRequired[int]
    """Which image or face of the request or job it is, from 0."""
    otherIndex: NotRequired[int]
    """The other face, if it is of the request too, from 0."""
    faceId: NotRequired[str]
    """The other face, if it is of the collection."""
    distance: NotRequired[float]
    """Euclidean distance of the two encodings."""
    measure: NotRequired[str]
    """The measure that does not meet the collection's requirement."""
    value: NotRequired[float]
    """The measure of the face."""
    least: NotRequired[float]
    """The least that the collection requires."""
    most: NotRequired[float]
    """The most that the collection allows."""
    state: NotRequired[str]
    """The state of the job or image that forbids it."""
    lastSequence: NotRequired[int]
    """Sequence of the newest event."""
    scopes: NotRequired[list[str]]
    """A key needs one of these scopes."""
    storedBytes: NotRequired[int]
    """Bytes that are kept for the owner's jobs."""
    maxBytes: NotRequired[int]
    """Most bytes that are kept for the owner's jobs."""
    limit: NotRequired[int]
    """The most that one owner may have."""


@final
class ProcessResult(TypedDict):
    model: Literal["faces-haar"]
    images: list[ImageResult | ImageProblem]
    """A receipt for each image, in the order of upload."""


@final
class Progress(TypedDict):
    fraction: float
    """Fraction of the images that are done or failed."""
    imagesPerSecond: float | None
    """Throughput of this job since it started; null before."""
    etaSeconds: int | None
    """Estimated seconds to completion at that rate; null if unknown."""


@final
class QualityMeasure(TypedDict):
    measure: str
    value: str
    source: str


@final
class QueueStatistics(TypedDict):
    waiting: int
    """Images of jobs waiting."""
    oldestSeconds: float | None
    """Seconds since the longest-waiting job was queued; null if none is waiting."""


@final
class ReceiverSecret(TypedDict):
    origin: str
    createdAt: str
    """RFC 3339, UTC."""
    previousUntil: NotRequired[str]
    """Until then messages have a second signature, with the previous secret or `WEBHOOK_SECRET`."""


@final
class RepositoryModel(TypedDict):
    name: str
    version: str
    state: Literal["READY", "UNAVAILABLE"]
    reason: str
    """Why it is unavailable; empty if it is ready."""


@final
class Requirements(TypedDict):
    """What faces must meet to be added."""

    minSharpness: NotRequired[float]
    """Lowest `quality.sharpness`; 0.35 is suggested."""
    minSize: NotRequired[int]
    """Lowest `quality.size`, in pixels."""
    minBrightness: NotRequired[float]
    """Lowest `quality.brightness`."""
    maxBrightness: NotRequired[float]
    """Highest `quality.brightness`."""
    maxYaw: NotRequired[float]
    """Farthest turn to either side, in degrees."""
    maxPitch: NotRequired[float]
    """Farthest turn up or down, in degrees."""
    maxRoll: NotRequired[float]
    """Farthest tilt to either side, in degrees."""
    minDistance: NotRequired[float]
    """Lowest distance from each face of the collection, as of `/v1/compare` for encodings of
    length 1: nearer faces are duplicates."""


@final
class ResultsPage(TypedDict):
    jobState: Literal["created", "queued", "running", "succeeded", "partially_failed", "failed", "cancelled"]
    items: list[JobImage]
    """The images of the job in the order of upload; all states unless filtered by `state`."""
    nextCursor: NotRequired[str]
    """Absent on the last page."""


@final
class Statistics(TypedDict):
    time: str
    """RFC 3339, UTC."""
    queue: NotRequired[QueueStatistics]
    jobs: JobStatistics
    deadLetters: int
    """Images that ran out of attempts, counted up to 100."""
    lastSequence: int
    """Sequence of the newest event, which may be newer than `time`; start following the log from
    here."""
    activity: NotRequired[Activity]


@final
class Stats(TypedDict):
    total: int
    """All images of jobs."""
    created: int
    """Images pending or running."""
    completed: int
    """Images done."""
    failed: int
    """Images that failed."""
    models: list[ModelStats]
    """Counts by model."""
    days: list[DayStats]
    """Counts by the day (UTC) on which the images' jobs were created."""


@final
class Summary(TypedDict):
    image_encodings: list[SummaryImage]
    """The session's images, in the order of upload."""


@final
class SummaryFace(TypedDict):
    encoding: list[float]
    """An encoding: a unit vector."""


@final
class SummaryImage(TypedDict):
    faces: list[SummaryFace]


@final
class TensorForm(TypedDict):
    name: str
    datatype: Literal["FP32", "UINT8"]
    """By the name in the Open Inference Protocol."""
    shape: list[int]
    """-1 stands for any size."""


@final
class Timings(TypedDict):
    queueMs: float
    """Time the image waited for a thread."""
    decodeMs: float
    """Time to check, decode and prepare the image."""
    inferenceMs: float
    """Inference time of the model."""


@final
class UploadedFile(TypedDict):
    id: str
    """Id of the upload and of the job that encodes the image."""
    status: Literal["created", "completed", "failed"]
    face_encoding: list[float] | None
    """Encoding of the largest face; null until it is available, and if the image has no face."""


@final
class VersionCount(TypedDict):
    version: str
    count: int
    """Number of encodings."""


@final
class WhoAmI(TypedDict):
    access: Literal["keys", "local", "off"]
    """Whether requests need a key: `keys`, all do; `local`, none, since only the service's
    machine reaches it; `off`, none, although others reach it."""
    owner: str | None
    """Owner of what is made with this key or session; null without one."""
    scopes: list[Scope]
    limits: NotRequired[KeyLimits]
    key: NotRequired[Key]
    lastSequence: NotRequired[int]
    """Sequence of the newest event; start following the log from here."""
