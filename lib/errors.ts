/**
 * All errors of the service's API: code, HTTP status and title.
 *
 * Internally, an error has the properties of a Moleculer error, of which `type` is the code. They survive a hop between
 * nodes (classes and prototypes do not). The gateway converts it to `application/problem+json`.
 */
import type { ProblemFacts } from "./contracts/problem-facts.ts";
import { abridged } from "./visible-text.ts";

interface Definition {
  readonly status: number;
  readonly title: string;
  /** The same request may succeed later or on another node. */
  readonly retryable?: true;
}

export const definitions = {
  MALFORMED_REQUEST: { status: 400, title: "The request cannot be read" },
  NO_IMAGE: { status: 400, title: "The request contains no image" },
  INVALID_OPTION: { status: 400, title: "An option is unknown or out of bounds" },
  INVALID_TENSOR: { status: 400, title: "A tensor does not fit the model" },
  INVALID_CALLBACK_URL: { status: 400, title: "The callback URL cannot be used" },
  WEBHOOKS_DISABLED: { status: 400, title: "The service is not configured to send webhooks" },
  IMAGE_URLS_DISABLED: { status: 400, title: "The service does not fetch images by URL" },
  NO_FACE: { status: 400, title: "The image shows no face" },
  TOO_MANY_FACES: { status: 400, title: "The image shows too many faces" },
  DIGEST_MISMATCH: { status: 400, title: "The content is not what its digest says" },
  KEY_REQUIRED: { status: 401, title: "The request needs a key" },
  KEY_INVALID: { status: 401, title: "The key is not valid" },
  SCOPE_MISSING: { status: 403, title: "The key does not allow this" },
  CROSS_ORIGIN: { status: 403, title: "A page of another origin sent the request" },
  SESSION_KEY_INVALID: { status: 403, title: "The session's key is missing or unknown" },
  SESSION_FULL: { status: 403, title: "The session holds as many images as it may" },
  NOT_FOUND: { status: 404, title: "There is nothing at this path" },
  JOB_NOT_FOUND: { status: 404, title: "There is no such job" },
  IMAGE_NOT_FOUND: { status: 404, title: "There is no such image" },
  MODEL_NOT_FOUND: { status: 404, title: "There is no such model" },
  COLLECTION_NOT_FOUND: { status: 404, title: "There is no such collection" },
  KEY_NOT_FOUND: { status: 404, title: "There is no such key" },
  WEBHOOK_SECRET_NOT_FOUND: { status: 404, title: "There is no such secret" },
  DELIVERY_NOT_FOUND: { status: 404, title: "There is no such delivery" },
  ERASURE_NOT_FOUND: { status: 404, title: "There is no such erasure" },
  FACE_NOT_FOUND: { status: 404, title: "There is no such face" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The path does not support this method" },
  NOT_ACCEPTABLE: { status: 406, title: "None of the accepted media types can be produced" },
  HEADERS_TIMEOUT: { status: 408, title: "The headers of the request did not arrive in time" },
  UPLOAD_TIMEOUT: { status: 408, title: "The request body did not arrive in time" },
  JOB_STATE_CONFLICT: { status: 409, title: "The job's state does not allow this" },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    title: "A request with this idempotency key is being processed",
    retryable: true,
  },
  COLLECTION_EXISTS: { status: 409, title: "There is a collection of this name" },
  COLLECTION_CONFLICT: { status: 409, title: "The collection is of another version of the model" },
  COLLECTION_FULL: { status: 409, title: "The collection holds as many faces as it may" },
  LIMIT_REACHED: { status: 409, title: "The owner has as many of these as it may" },
  DUPLICATE_FACE: { status: 409, title: "The face is in the collection already" },
  PICTURE_GONE: { status: 410, title: "The image is no longer kept" },
  CURSOR_GONE: { status: 410, title: "The event log does not have this position any more" },
  PRECONDITION_FAILED: { status: 412, title: "The resource is not in the version that the request is for" },
  PICTURE_UNKNOWN: { status: 412, title: "The session has not sent this image" },
  REQUEST_TOO_LARGE: { status: 413, title: "The request body is too large" },
  TOO_MANY_IMAGES: { status: 413, title: "The request contains too many images" },
  IMAGE_TOO_LARGE: { status: 413, title: "The image file is too large" },
  TOO_MANY_PIXELS: { status: 413, title: "The image has too many pixels" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The media type is not supported" },
  EXPECTATION_FAILED: { status: 417, title: "The service cannot do what the header Expect asks for" },
  HOST_NOT_ALLOWED: { status: 421, title: "The service does not answer for this host" },
  INVALID_IMAGE: {
    status: 422,
    title: "An image of the JSON body is neither base64 text nor an object with such text or a URL",
  },
  IMAGE_URL_REFUSED: { status: 422, title: "The service does not fetch images from this URL" },
  IMAGE_FETCH_FAILED: { status: 422, title: "The image could not be fetched from its URL" },
  IMAGE_FETCH_TIMEOUT: { status: 422, title: "The image could not be fetched from its URL in time" },
  FACE_QUALITY: { status: 422, title: "The face cannot be seen well enough for the collection" },
  EMPTY_IMAGE: { status: 422, title: "The image file is empty" },
  IMAGE_TOO_COMPLEX: { status: 422, title: "The image takes too much work to decode" },
  DETECTION_TOO_COSTLY: { status: 422, title: "The detection takes too much work" },
  UNDECODABLE_IMAGE: { status: 422, title: "The image file is damaged or truncated" },
  IMAGE_REFUSED: { status: 422, title: "The image made the service fail before and is refused" },
  DEADLINE_PASSED: { status: 422, title: "The job's deadline has passed" },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: "The idempotency key belongs to another request" },
  RATE_LIMITED: { status: 429, title: "Too many requests", retryable: true },
  QUOTA_EXCEEDED: { status: 429, title: "Too many images of the owner are waiting", retryable: true },
  STORAGE_QUOTA_EXCEEDED: {
    status: 429,
    title: "The images kept for the owner take as much room as they may",
    retryable: true,
  },
  HEADERS_TOO_LARGE: { status: 431, title: "The request's headers are too large" },
  METHOD_NOT_IMPLEMENTED: { status: 501, title: "The method is not known" },
  TRANSFER_CODING_NOT_IMPLEMENTED: { status: 501, title: "The transfer coding of the body is not supported" },
  ENCODER_FAILED: { status: 502, title: "The remote encoder gave no usable answer", retryable: true },
  ENCODER_UNAVAILABLE: { status: 503, title: "The remote encoder has failed too often", retryable: true },
  MODEL_UNAVAILABLE: { status: 503, title: "The model cannot be used", retryable: true },
  OVERLOADED: { status: 503, title: "The service is at capacity", retryable: true },
  SHUTTING_DOWN: { status: 503, title: "The service is shutting down", retryable: true },
  NO_DETECTOR: { status: 503, title: "No detector is available", retryable: true },
  SERVICE_UNAVAILABLE: { status: 503, title: "A part of the service cannot be reached", retryable: true },
  WORKER_LOST: { status: 503, title: "The worker processing the image died", retryable: true },
  NODE_LOST: { status: 503, title: "The node processing the image was lost", retryable: true },
  STORE_UNAVAILABLE: { status: 503, title: "The service's storage does not answer", retryable: true },
  IMAGE_TIMEOUT: { status: 504, title: "The image was not processed in time", retryable: true },
  ENCODER_TIMEOUT: { status: 504, title: "The remote encoder did not answer in time", retryable: true },
  HTTP_VERSION_NOT_SUPPORTED: { status: 505, title: "The version of HTTP is not supported" },
  STORAGE_FULL: { status: 507, title: "The service has no storage left", retryable: true },
  STORE_LOCKED: { status: 500, title: "Another process uses the data folder" },
  NATS_TOO_OLD: { status: 500, title: "The NATS server is too old for jobs" },
  STORE_CORRUPT: { status: 500, title: "Stored data is damaged" },
  INTERNAL_ERROR: { status: 500, title: "The service failed" },
} as const satisfies Record<string, Definition>;

export type ErrorCode = keyof typeof definitions;

/** Facts about one error for the client, such as the exceeded limit. */
export type ErrorData = ProblemFacts & {
  /** Seconds to wait before a retry; sent as the `Retry-After` header. */
  readonly retryAfterSeconds?: number;
};

/** Not derived from Moleculer's error class: each thread that processes images would load all of Moleculer for it. */
class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly type: ErrorCode;
  /** HTTP status. */
  readonly code: number;
  readonly retryable: boolean;
  readonly data: ErrorData;

  constructor(type: ErrorCode, detail: string, data: ErrorData, options?: ErrorOptions) {
    super(detail, options);
    const definition: Definition = definitions[type];
    this.type = type;
    this.code = definition.status;
    this.retryable = definition.retryable ?? false;
    this.data = data;
  }
}

export type Failure = ServiceError;

/**
 * @param detail What went wrong this time, as a sentence for the client.
 * @param options Its cause is for the log: what operators need to know and clients must not, such as paths.
 */
export function failure(code: ErrorCode, detail: string, data: ErrorData = {}, options?: ErrorOptions): Failure {
  return new ServiceError(code, detail, data, options);
}

export function isErrorCode(type: unknown): type is ErrorCode {
  return typeof type === "string" && Object.hasOwn(definitions, type);
}

export function isFailure(error: unknown): error is Failure {
  return error instanceof Error && "type" in error && isErrorCode(error.type);
}

/** @param cause The error of the storage, for the log. */
export function storageFull(cause: unknown): Failure {
  const detail = "There is no room left where the service keeps its data.";
  return failure("STORAGE_FULL", detail, { retryAfterSeconds: 60 }, { cause });
}

export function detectorShuttingDown(): Failure {
  return failure("SHUTTING_DOWN", "The detector is shutting down.", { retryAfterSeconds: 1 });
}

/** @param models Models that a detector must have; if empty, any detector will do. */
export function noDetector(models: readonly string[] = []): Failure {
  const wanted = models.length > 0 ? ` that has ${models.join(", ")}` : "";
  return failure("NO_DETECTOR", `No node with a detector${wanted} is connected.`, { retryAfterSeconds: 1 });
}

/** The failure of an image file above the size limit. */
export function imageTooLarge(maxImageBytes: number): Failure {
  return failure("IMAGE_TOO_LARGE", `The file has more than ${maxImageBytes} bytes.`, { maxImageBytes });
}

export function jobNotFound(id: string): Failure {
  return failure("JOB_NOT_FOUND", `There is no job ${id}.`);
}

/** @param advice Further sentences. */
export function modelNotFound(name: string, advice = ""): Failure {
  return failure("MODEL_NOT_FOUND", `There is no model ${abridged(name)}.${advice && ` ${advice}`}`, { model: name });
}

export function modelUnavailable(name: string, reason: string): Failure {
  // The model's files are missing or wrong, and only an operator can fix that.
  const facts = { model: name, retryAfterSeconds: 60 };
  return failure("MODEL_UNAVAILABLE", `The model ${name} cannot be used: ${reason.replace(/\.$/, "")}.`, facts);
}
