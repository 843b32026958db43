/** What to do about each error of the API, for the pages of problems and `docs/troubleshooting.md`. */
import type { ErrorCode } from "./errors.ts";

/** Sentences for the client or the operator. Names of settings are in capitals. */
export const advice: Readonly<Record<ErrorCode, string>> = {
  MALFORMED_REQUEST:
    "Correct what `detail` names: usually the form, the JSON or the encoding of the path. With curl, a file needs the @: `-F images=@photo.jpg`.",
  NO_IMAGE: "Send at least one file. With curl: `-F images=@photo.jpg`.",
  INVALID_OPTION: "Correct the parameter that `detail` names; it also has the bounds.",
  INVALID_TENSOR: "Send a tensor with the name, shape and datatype that `/v2/models/{name}` lists.",
  INVALID_CALLBACK_URL:
    "Use a public http or https address without credentials. In your own network the operator sets WEBHOOK_ALLOW_PRIVATE, and WEBHOOK_PORTS if it limits the ports.",
  WEBHOOKS_DISABLED:
    "The operator sets WEBHOOK_SECRET, or you make a secret for the receiver at `/v1/webhook-secrets`.",
  IMAGE_URLS_DISABLED: "Upload the image, or have the operator set IMAGE_URLS=on.",
  NO_FACE: "Send an image in which a face is upright, lit, and at least 10 pixels wide.",
  TOO_MANY_FACES: "Send an image with at most six faces, or crop it.",
  DIGEST_MISMATCH:
    "The bytes were changed on the way, or the digest is that of other bytes. Compute it over the bytes that are sent.",
  KEY_REQUIRED: "Send a key as `Authorization: Bearer`, `x-api-key` or `key`. An admin creates keys.",
  KEY_INVALID: "The key is mistyped, has expired or was revoked. Ask an admin for another one.",
  SCOPE_MISSING: "Ask an admin for a key with the scope that `detail` names. Scopes of a key cannot be changed.",
  CROSS_ORIGIN:
    "The operator adds the origin of the page to CORS_ORIGINS, or serves the page from the service's own origin.",
  SESSION_KEY_INVALID: "Open a session at `/session` and send its key in the header `key`.",
  SESSION_FULL: "A session holds five images. Open another one.",
  NOT_FOUND: "Compare the path with the API document at `/docs`. Behind a proxy, check BASE_PATH.",
  JOB_NOT_FOUND: "The job was deleted, is older than JOB_RETENTION_MS, or belongs to another owner.",
  IMAGE_NOT_FOUND: "The job has no image with this index; the first one has the index 0.",
  MODEL_NOT_FOUND: "`/v1/models` lists the names. A model of your own needs an entry in MODELS_MANIFEST.",
  COLLECTION_NOT_FOUND: "Create the collection first, with a key of the same owner.",
  KEY_NOT_FOUND: "`/v1/keys` lists the ids. A key that was erased is no longer listed.",
  WEBHOOK_SECRET_NOT_FOUND: "`/v1/webhook-secrets` lists the receivers. An origin has no path: `https://example.com`.",
  DELIVERY_NOT_FOUND:
    "The message has been sent in the meantime, or its job was deleted. `/v1/webhooks/deliveries` lists those that are left.",
  ERASURE_NOT_FOUND: "The id is wrong. It is in the answer to the request that began the erasure.",
  FACE_NOT_FOUND: "The face was removed before, or is in another collection.",
  METHOD_NOT_ALLOWED: "Use a method that the header `Allow` names.",
  NOT_ACCEPTABLE: "Ask for a media type that the API document names, or leave `Accept` out.",
  HEADERS_TIMEOUT: "The headers came too slowly. If a proxy sends them, look at its load and its network.",
  UPLOAD_TIMEOUT:
    "The upload paused or was slower than MIN_UPLOAD_BYTES_PER_SECOND. Send again, in smaller requests; create a job for many images.",
  JOB_STATE_CONFLICT:
    "Read the job to see its state: the request is not possible in it, or has been carried out already.",
  IDEMPOTENCY_KEY_IN_USE:
    "The first request with this key is still running. Wait for `Retry-After` and send the same request again.",
  COLLECTION_EXISTS: "Use the existing collection, or choose another name.",
  COLLECTION_CONFLICT:
    "The model has been changed since the collection was made. Make a new collection and add the images again.",
  DUPLICATE_FACE:
    "The collection has a face that is too similar; the problem says which. Keep that face, or remove it first.",
  COLLECTION_FULL: "Create another collection, and search both.",
  LIMIT_REACHED:
    "Delete what is not needed any more; `detail` names the limit. For more, use a key with another owner.",
  PICTURE_GONE: "Images are kept only while their job needs them. Keep your originals.",
  CURSOR_GONE:
    "The log was restored from a backup, unless the position is wrong. Read it again from its beginning, and recognise events by their `id`.",
  PRECONDITION_FAILED:
    "The resource has changed since you read it, or is there although `If-None-Match: *` asks that nothing is. Read it again, and send the request with its new `ETag`.",
  PICTURE_UNKNOWN: "This session has not sent the image yet. Send its bytes.",
  REQUEST_TOO_LARGE:
    "Send several requests, or add images to a job. The operator may raise MAX_REQUEST_BYTES, MAX_JSON_BYTES for JSON, and MAX_IMAGE_BYTES for requests that take one image or two.",
  TOO_MANY_IMAGES: "Send several requests, or add images to a job. The operator may raise MAX_IMAGES_PER_REQUEST.",
  IMAGE_TOO_LARGE: "Scale the image down or compress it. The operator may raise MAX_IMAGE_BYTES.",
  TOO_MANY_PIXELS: "Scale the image down. The operator may raise MAX_IMAGE_PIXELS, at the cost of memory.",
  UNSUPPORTED_MEDIA_TYPE:
    "Send JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF, with a `Content-Type` that the operation names. The format is recognised by the bytes of the file, not by its name.",
  EXPECTATION_FAILED: "Leave the header `Expect` out, or send `100-continue`.",
  HOST_NOT_ALLOWED: "The operator adds the host to ALLOWED_HOSTS.",
  INVALID_IMAGE: "In JSON, an image is base64, or an object with `data` in base64 or with a `url`.",
  IMAGE_URL_REFUSED:
    "Use a public address that the operator allows: IMAGE_URL_HOSTS, IMAGE_URL_PORTS, IMAGE_URL_ALLOW_PRIVATE.",
  IMAGE_FETCH_FAILED:
    "Try the URL yourself. `answerStatus` is what its server answered; a signed URL may have expired.",
  IMAGE_FETCH_TIMEOUT: "The server of the image is slow. Upload the image, or try again.",
  EMPTY_IMAGE: "The file has no bytes. Check how the client reads it.",
  FACE_QUALITY:
    "Send another image: `detail` names the requirement that the face does not meet. Or use a collection without it.",
  IMAGE_TOO_COMPLEX: "Open the image in an ordinary program, save it again, and send the new file.",
  DETECTION_TOO_COSTLY: "Raise `minSize` or `scaleFactor`, or scale the image down.",
  UNDECODABLE_IMAGE: "The file is damaged, or an earlier upload cut it off. Check it in a viewer, and save it again.",
  IMAGE_REFUSED:
    "This file has crashed or hung the decoder. Save it again with another program. Operators find it in the list of refused images; please report it.",
  DEADLINE_PASSED: "Give the job a later deadline, or none, and retry it.",
  IDEMPOTENCY_KEY_REUSED:
    "Use a new `Idempotency-Key` for each new request, and the same key only to repeat a request.",
  RATE_LIMITED: "Wait for `Retry-After`. An admin can give the key higher limits.",
  QUOTA_EXCEEDED: "Wait until some of your jobs have finished. The operator may raise MAX_QUEUED_IMAGES_PER_OWNER.",
  STORAGE_QUOTA_EXCEEDED:
    "Wait until jobs have finished, or delete some. An admin can give the key more `storedBytes`.",
  HEADERS_TOO_LARGE: "Send fewer or shorter headers; cookies of other services are the usual cause.",
  METHOD_NOT_IMPLEMENTED: "Use GET, HEAD, POST, DELETE or OPTIONS.",
  TRANSFER_CODING_NOT_IMPLEMENTED:
    "Send the body as it is or in chunks, and messages of gRPC without compression; to compress a body, use `Content-Encoding`.",
  ENCODER_FAILED:
    "Look at the service at ENCODER_URL: it refused the connection, or its answer was not a list of vectors of the length that it had before.",
  ENCODER_UNAVAILABLE: "The encoder at ENCODER_URL failed five times in a row. It is asked again after five seconds.",
  MODEL_UNAVAILABLE:
    "`/v1/models` says why. Usually its files are missing: `sightline models pull`, then load the model or restart the service.",
  OVERLOADED: "Wait for `Retry-After`, or create a job. Operators can add detectors or threads.",
  SHUTTING_DOWN: "Send the request again. Through a load balancer, it reaches another node.",
  NO_DETECTOR: "Start a node with the service `detector`, and find out why the others ended.",
  SERVICE_UNAVAILABLE:
    "A node or NATS does not answer. Look at `/v1/nodes` and at the logs of the nodes that are missing.",
  WORKER_LOST:
    "Send the request again. If `detail` names the memory, operators give the detector more, or lower IMAGE_MEMORY_BYTES. If it happens again with the same image, please report it.",
  NODE_LOST:
    "Send the request again. Three detectors were lost one after the other: operators look at their logs and memory limits.",
  STORE_UNAVAILABLE:
    "The database, NATS or S3 does not answer. Repeat the request with its `Idempotency-Key`. Operators look at the store.",
  IMAGE_TIMEOUT:
    "The image took longer than IMAGE_TIMEOUT_MS. Create a job, use a faster model, or scale the image down.",
  ENCODER_TIMEOUT: "The encoder at ENCODER_URL took longer than ENCODER_TIMEOUT_MS. Operators look at its load.",
  HTTP_VERSION_NOT_SUPPORTED:
    "Use HTTP/1.1; a proxy in front of the service can speak HTTP/2 or HTTP/3 to its clients.",
  STORAGE_FULL: "Free space on the disk of DATA_DIR, NATS or the database. Whatever was acknowledged is safe.",
  STORE_LOCKED: "Another service uses the data folder. Stop it, or give this one another DATA_DIR.",
  NATS_TOO_OLD: "Use nats-server 2.10 or later, 2.12 for the best speed.",
  STORE_CORRUPT: "Stop the service, keep a copy of the data folder, and restore a backup. Please report it.",
  INTERNAL_ERROR: "The log has the cause under the request's id. Please report it.",
};
