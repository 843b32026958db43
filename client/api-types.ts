/**
 * Types of docs/openapi.json, written by `npm run client-types`.
 * The document's sha256: b6afa1b7df9f2f69915b1727e7df7d22ec7a44d7fd752f242357ba0e6342d4b2
 */

export interface paths {
  "/process": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Find faces, or what other models find
     * @description Accepts one or more images and responds with a receipt for each, in the order of upload. Images are processed on all cores while the rest still arrives. Formats: JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC and AVIF, detected by content.
     *
     *     Send `Accept: image/png` or `image/jpeg` (or `annotate=true`) with one image to get the image back with its boxes drawn. A problem of the image is then the response itself. With `annotate=true`, `Accept` only selects between the two formats. A second image is rejected as soon as it begins.
     *
     *     Without `models` the response is that of `faces-haar`: `model`, and `faces` in each receipt. With `models` it has `models`, and `results` by model in each receipt. All named models share one pass over each image, which decodes it once.
     *
     *     A request that would wait for too long is refused with 503 `OVERLOADED` before its body is read; one that is admitted is processed to its end. Send it again after `Retry-After`, not earlier. With `Expect: 100-continue` the body of a refused request need not be sent.
     *
     *     If the key has a limit of images, those beyond it get a problem `RATE_LIMITED` in their receipts; if that is true of all of them, or the body tells their number before the first, as JSON does, the request is refused with 429.
     *
     *     The results of a request have at most 128 MiB, or else it is refused with 413 `TOO_MANY_IMAGES`; those of a job are read page by page.
     *
     *     `Idempotency-Key` counts for a request that becomes a job. Another changes nothing, so it may be repeated without.
     *
     *     **Key:** with the scope `process`, where requests need one (`AUTH`).
     */
    post: operations["process"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List jobs
     * @description **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listJobs"];
    put?: never;
    /**
     * Create a job
     * @description Accepts images like `POST /process` and responds once they are stored. The job is executed at once unless `execute=false`. A rejected file becomes a failed image with its problem. If too many images wait, in the queue or in jobs that were not executed, the error is `OVERLOADED`; if too many of the caller's own do, `QUOTA_EXCEEDED`. If the images go beyond a limit of the key, the whole request is refused with `RATE_LIMITED`; if all images that are kept for the owner would take more than they may, with `STORAGE_QUOTA_EXCEEDED`, before the body is read if `Content-Length` tells.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    post: operations["createJob"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read a job
     * @description With its progress, throughput and estimated time to completion.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["getJob"];
    put?: never;
    post?: never;
    /**
     * Delete a job
     * @description In any state. Removes its images and results; its events stay in the log.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    delete: operations["deleteJob"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}/images": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Add images
     * @description Adds all or none of the request's images to a job that is `created`. If too many images wait, in the queue or in jobs that were not executed, the error is `OVERLOADED`; if too many of the caller's own do, `QUOTA_EXCEEDED`.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    post: operations["addImages"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}/images/{index}/picture": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
        /** @description The image's position in the order of upload. */
        index: number;
      };
      cookie?: never;
    };
    /**
     * Get an image's file
     * @description The file as uploaded. It is kept until its job succeeds, is cancelled or deleted, or for `PICTURE_RETENTION_MS` after it failed. A file that is not an image is sent as `application/octet-stream`. `HEAD` does not read the file, so its answer has the size, the `ETag` and the digest, but no `Content-Type`.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["getPicture"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}/execute": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Execute a job
     * @description Queues a job that is `created`. It needs no `Idempotency-Key`: repeated after a lost answer, it is `JOB_STATE_CONFLICT` with the `state` of the job.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    post: operations["executeJob"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a job
     * @description Starts no further images, and discards what comes of running ones. `job.cancelled` is the last event of the job and its images, unless it is deleted. It needs no `Idempotency-Key`: repeated after a lost answer, it is `JOB_STATE_CONFLICT` with the `state` of the job.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    post: operations["cancelJob"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Retry the failed images
     * @description Requeues the failed images of a finished job with their attempts reset. Their files are kept for `PICTURE_RETENTION_MS` for this. It needs no `Idempotency-Key`: repeated before the job has finished again, it is `JOB_STATE_CONFLICT`. Its images wait like those of a new job: if too many wait in the queue, the error is `OVERLOADED`; if too many of the job's owner do, `QUOTA_EXCEEDED`.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    post: operations["retryJob"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}/results": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read results
     * @description A receipt for each image, in the order of upload, also while the job runs. `wait` waits for the job to finish. With `Accept: application/x-ndjson` each line is an image, and `Link` gives the next page. With `ETag` once the job is finished.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listResults"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}/export": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    /**
     * Download results
     * @description All images of the job, as they are now, in one file in the order of upload: as comma-separated values, without face encodings, or as JSON. Cells that a spreadsheet would take for a formula begin with an apostrophe. If the connection is closed before the end of the content, the file is not whole.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["exportResults"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/dead-letters": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List dead letters
     * @description Images of all jobs that ran out of attempts, rather than failing by their content. Retry their job.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listDeadLetters"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read all events
     * @description Each change of a job or image is one CloudEvents 1.0 message, in total order, from the beginning
     *     (or as far back as `EVENT_RETENTION_MS`). `Accept` chooses the form: `application/json`, a page;
     *     `application/cloudevents-batch+json`, a page as a CloudEvents batch; `application/cloudevents+json`, the next event
     *     alone, or 204 if there is none; `text/event-stream`, a stream. The header `Link` leads from page to page; with `wait`
     *     a page is waited for.
     *
     *     A client that reconnects to the stream with `Last-Event-ID`, as browsers do, misses nothing and gets nothing twice. A
     *     slow reader is disconnected and may resume. If the log was restored from a backup and does not have the given position
     *     any more, a page is answered with 410 `CURSOR_GONE`; the stream sends the event `reset`, whose data is that problem and
     *     whose id is the beginning of the log, and goes on from there. Recognise known events by the CloudEvent's `id`.
     *
     *     An event whose result exceeds 256 KiB, or less where NATS takes less, omits what was found and has `truncated`: read the
     *     job's results instead.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/jobs/{id}/events": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read a job's events
     * @description Each change of a job or image is one CloudEvents 1.0 message, in total order, from the beginning
     *     (or as far back as `EVENT_RETENTION_MS`). `Accept` chooses the form: `application/json`, a page;
     *     `application/cloudevents-batch+json`, a page as a CloudEvents batch; `application/cloudevents+json`, the next event
     *     alone, or 204 if there is none; `text/event-stream`, a stream. The header `Link` leads from page to page; with `wait`
     *     a page is waited for.
     *
     *     A client that reconnects to the stream with `Last-Event-ID`, as browsers do, misses nothing and gets nothing twice. A
     *     slow reader is disconnected and may resume. If the log was restored from a backup and does not have the given position
     *     any more, a page is answered with 410 `CURSOR_GONE`; the stream sends the event `reset`, whose data is that problem and
     *     whose id is the beginning of the log, and goes on from there. Recognise known events by the CloudEvent's `id`.
     *
     *     An event whose result exceeds 256 KiB, or less where NATS takes less, omits what was found and has `truncated`: read the
     *     job's results instead.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listJobEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhook-secrets": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the receivers that have a secret
     * @description **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listWebhookSecrets"];
    put?: never;
    /**
     * Make a secret for a receiver of webhooks
     * @description It signs the webhooks of the owner's jobs to this origin, in place of `WEBHOOK_SECRET`. What signed them before, the receiver's previous secret or `WEBHOOK_SECRET`, signs them too for `overlapSeconds`. Repeated with its `Idempotency-Key`, the request has the same secret in its answer, and makes no other. An owner has secrets for at most 1,000 receivers.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    post: operations["rotateWebhookSecret"];
    /**
     * Remove the secret of a receiver
     * @description Its webhooks are signed with `WEBHOOK_SECRET` from then on; without that, they fail.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    delete: operations["removeWebhookSecret"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List webhooks that were given up
     * @description In the order of their events. They are kept as long as jobs are (`JOB_RETENTION_MS`), and go with their job.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listDeliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/deliveries/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The id of its event. */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a webhook that was given up again
     * @description It waits behind those of its job that wait already, and is retried for `WEBHOOK_RETRY_MS`, with the same `webhook-id`.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    post: operations["retryDelivery"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/session": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Open a session
     * @description Issues a key. The service stores only a keyed hash of it, so it cannot be retrieved again. The sessions that an address may open in a minute are limited (`SESSIONS_PER_MINUTE`). A session ends when it has not been used for `SESSION_MAX_IDLE_MS`. An `Idempotency-Key` is refused: each request opens another session.
     *
     *     **Key:** with the scope `sessions`, where sessions need one (`SESSIONS`).
     */
    get: operations["openSession"];
    put?: never;
    /**
     * Open a session
     * @description Issues a key. The service stores only a keyed hash of it, so it cannot be retrieved again. The sessions that an address may open in a minute are limited (`SESSIONS_PER_MINUTE`). A session ends when it has not been used for `SESSION_MAX_IDLE_MS`. An `Idempotency-Key` is refused: each request opens another session.
     *
     *     **Key:** with the scope `sessions`, where sessions need one (`SESSIONS`).
     */
    post: operations["createSession"];
    /**
     * Erase a session
     * @description Removes all data of the session: its encodings, its jobs with their images, results and events, its collections, and the cache entries only it referenced. The key stays valid. With the key of a client, all data of its owner is removed, for which it also needs the scopes `jobs` and `collections`.
     *
     *     **Key:** that of a session, or one with the scope `sessions`.
     */
    delete: operations["eraseSession"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/encode": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Encode an image into the session
     * @description Finds the image's faces and stores their encodings, not the image. A session holds five images. To avoid uploading an image the session has sent before, send `Repr-Digest` (RFC 9530) with an empty body; 412 means that it must be uploaded, even if another session has sent it. Each request adds an image, also one that is there already, unless it is repeated with its `Idempotency-Key`.
     *
     *     **Key:** that of a session, or one with the scope `sessions`.
     */
    post: operations["encode"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/summary": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the session's encodings
     * @description In the order of upload.
     *
     *     **Key:** that of a session, or one with the scope `sessions` or `read-only`.
     */
    get: operations["summary"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/uploadfile": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Upload an image to be encoded
     * @description The image is checked and stored, then encoded as a job of one image, also available at `/v1/jobs/{id}`. Like all paths of this group, it may end in a slash.
     *
     *     **Key:** with the scope `jobs`, where requests need one (`AUTH`).
     */
    post: operations["uploadFile"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/face_encoding/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read an upload's encoding
     * @description **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["getFaceEncoding"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Count images
     * @description All images of jobs, uploads or not, by status, model and day. Counted on each request, so always exact. Excludes jobs that were deleted or are past their retention (`JOB_RETENTION_MS`).
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["getStats"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/bonus": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The mean encoding
     * @description The mean over every face of every image of jobs that is done. It is computed in one streaming pass of partial sums, so memory is constant and the result does not depend on order. Encodings of different versions of a model are never mixed. If too many means are being computed, the error is `OVERLOADED`.
     *
     *     **Key:** with the scope `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["getMeanEncoding"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/compare": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Compare two faces
     * @description Compares two images by their largest faces, two encodings of the model's length, or one of each. A problem of one of them has its `index`: 0 or 1.
     *
     *     **Key:** with the scope `process`, where requests need one (`AUTH`).
     */
    post: operations["compareFaces"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List collections
     * @description By name.
     *
     *     **Key:** with the scope `collections` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listCollections"];
    put?: never;
    /**
     * Create a collection
     * @description Creates a searchable collection of faces. It belongs to the owner of the key or session, or to nobody. An owner has at most 10,000. `requirements` refuse faces that cannot be seen well enough, or that are there already.
     *
     *     **Key:** with the scope `collections`, where requests need one (`AUTH`).
     */
    post: operations["createCollection"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection's name. */
        name: string;
      };
      cookie?: never;
    };
    /**
     * Read a collection
     * @description **Key:** with the scope `collections` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["getCollection"];
    put?: never;
    post?: never;
    /**
     * Delete a collection
     * @description **Key:** with the scope `collections`, where requests need one (`AUTH`).
     */
    delete: operations["deleteCollection"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/faces": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection's name. */
        name: string;
      };
      cookie?: never;
    };
    /**
     * List the faces of a collection
     * @description In the order in which they were added, without their encodings.
     *
     *     **Key:** with the scope `collections` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["listFaces"];
    put?: never;
    /**
     * Add faces
     * @description Adds the largest face of an image, or up to 1,000 faces as JSON, all or none; fewer if encodings have more than 1,000 numbers. A problem of one of several faces has its `index`, from 0. Encodings must have the model's length (`face-encoding`: 128); with a remote encoder, that of the collection's first encoding. A collection holds 100,000 faces, or fewer if encodings have more than 512 numbers. A face that does not meet the collection's requirements is `FACE_QUALITY` or `DUPLICATE_FACE`; the problem has the `measure` and its `value`, or the `faceId` of the face that it is too near to. Repeated with its `Idempotency-Key`, the request has the faces in its answer that are still there; an image by URL must be the same.
     *
     *     **Key:** with the scope `collections`, where requests need one (`AUTH`).
     */
    post: operations["addFaces"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/faces/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection's name. */
        name: string;
        /** @description The face's id. */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Remove a face
     * @description **Key:** with the scope `collections`, where requests need one (`AUTH`).
     */
    delete: operations["removeFace"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/search": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection's name. */
        name: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Find the nearest faces
     * @description Searches by an image's largest face or by an encoding. The search is exhaustive and does not block other requests. If more searches are pending than complete in a few seconds, the response is `OVERLOADED`.
     *
     *     **Key:** with the scope `collections` or `read-only`, where requests need one (`AUTH`).
     */
    post: operations["searchFaces"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List models
     * @description **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["listModels"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a model
     * @description Includes the engine in use.
     *
     *     **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["getModel"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Server metadata
     * @description The name of the server and the extensions of the protocol that it has.
     */
    get: operations["inferenceServer"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/health/live": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Liveness
     * @description Answered as long as the process is alive.
     */
    get: operations["inferenceLive"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/health/ready": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Readiness
     * @description As `/readyz`, in the protocol's form.
     */
    get: operations["inferenceReady"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Model metadata
     * @description The model's input and output tensors. Each model accepts the input `image`, an encoded image, and returns what it finds in it. Networks also accept their own input and then return their raw outputs.
     *
     *     **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["inferenceModel"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/versions/{version}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Model metadata
     * @description The model's input and output tensors. Each model accepts the input `image`, an encoded image, and returns what it finds in it. Networks also accept their own input and then return their raw outputs.
     *
     *     **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["inferenceModelVersion"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/ready": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Model readiness
     * @description **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["inferenceModelReady"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/versions/{version}/ready": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Model readiness
     * @description **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["inferenceModelReadyVersion"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/config": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Model configuration
     * @description As Triton has it.
     *
     *     **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["inferenceModelConfig"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/versions/{version}/config": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Model configuration
     * @description As Triton has it.
     *
     *     **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["inferenceModelConfigVersion"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Statistics of all models
     * @description How many images and tensors the model has processed, how many failed, and the sums of the times in nanoseconds, over all connected processes since each was started.
     *
     *     **Key:** with the scope `metrics`, where requests need one (`AUTH`).
     */
    get: operations["inferenceStatistics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Statistics of a model
     * @description How many images and tensors the model has processed, how many failed, and the sums of the times in nanoseconds, over all connected processes since each was started.
     *
     *     **Key:** with the scope `metrics`, where requests need one (`AUTH`).
     */
    get: operations["inferenceModelStatistics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/versions/{version}/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Statistics of a model
     * @description How many images and tensors the model has processed, how many failed, and the sums of the times in nanoseconds, over all connected processes since each was started.
     *
     *     **Key:** with the scope `metrics`, where requests need one (`AUTH`).
     */
    get: operations["inferenceModelStatisticsVersion"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/repository/index": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * List the models
     * @description All models that are known, and whether they can be used. A body is not needed.
     *
     *     **Key:** any, where requests need one (`AUTH`).
     */
    post: operations["inferenceRepositoryIndex"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/repository/models/{name}/load": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Load a model, or load it anew
     * @description All connected detectors read the manifests and the model's files anew, one after the other, and check the model in each thread before they serve it. Requests go on meanwhile. If it cannot be loaded, what was served before still is. A body is not needed. Needs an admin key.
     *
     *     **Key:** with the scope `admin`, always.
     */
    post: operations["loadModel"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/repository/models/{name}/unload": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Unload a model
     * @description All connected detectors finish what they have begun, and free the model's memory. A body is not needed. Needs an admin key.
     *
     *     **Key:** with the scope `admin`, always.
     */
    post: operations["unloadModel"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/infer": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Run a model on an image or a tensor
     * @description Refused with 503 `OVERLOADED` before its body is read if it would wait for too long, like `POST /process`.
     *
     *     **Key:** with the scope `process`, where requests need one (`AUTH`).
     */
    post: operations["infer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v2/models/{name}/versions/{version}/infer": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Run a model on an image or a tensor
     * @description Refused with 503 `OVERLOADED` before its body is read if it would wait for too long, like `POST /process`.
     *
     *     **Key:** with the scope `process`, where requests need one (`AUTH`).
     */
    post: operations["inferVersion"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List keys
     * @description All keys, also those that were revoked or have expired, by id.
     *
     *     **Key:** with the scope `admin`, always.
     */
    get: operations["listKeys"];
    put?: never;
    /**
     * Create a key
     * @description The service stores only a keyed hash of the key, so it cannot be retrieved again. What is made with the key belongs to its owner; keys made with `sharesWith` have the same owner, so a key can be replaced. `limits` are the key's own: requests and images beyond them are answered with 429. Repeated with its `Idempotency-Key`, the request has the same key in its answer, as it is by then.
     *
     *     **Key:** with the scope `admin`, always.
     */
    post: operations["createKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The key's id, not the key. */
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read a key
     * @description **Key:** with the scope `admin`, always.
     */
    get: operations["readKey"];
    put?: never;
    post?: never;
    /**
     * Revoke a key
     * @description The key and the sessions opened with it are invalid on all nodes within a second. What was made with it stays.
     *
     *     **Key:** with the scope `admin`, always.
     */
    delete: operations["revokeKey"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/sign-in": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign in with a browser
     * @description For pages of the service itself: a cookie takes the place of the key for twelve hours, as long as the key is valid. Scripts cannot read it, and it is not sent with requests of other pages.
     */
    post: operations["signIn"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/sign-out": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign out
     * @description Removes the cookie of `POST /v1/sign-in`. The key stays valid.
     */
    post: operations["signOut"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/whoami": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read whom a key stands for
     * @description **Key:** any, where requests need one (`AUTH`).
     */
    get: operations["whoAmI"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/erasures": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Erase all of an owner
     * @description Invalidates the owner's keys and the sessions opened with them, and erases all that belongs to either: jobs with images, results and events, tasks, webhooks, idempotency keys, encodings, collections and the keys. Without `key` and `owner`, that of the key that is sent, which then also needs the scopes `jobs` and `collections`; to name one of them takes the scope `admin`. The answer is a receipt. An administrator's request that is repeated finds the same receipt; the owner itself has no key any more, and is answered with 401 `KEY_INVALID`. After a crash the service continues. `docs/erasure.md` says what remains.
     *
     *     **Key:** with the scope `sessions`, always.
     */
    post: operations["erase"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/erasures/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The erasure's id. */
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read the receipt of an erasure
     * @description Needs no key, since those of the owner are erased; the id cannot be guessed.
     */
    get: operations["readErasure"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the audit log
     * @description Actions of administrators, erasures, and accesses to face vectors, newest first. Each entry has the hash of the one before; `sightline audit --verify` checks them. `docs/audit.md` says what is recorded.
     *
     *     **Key:** with the scope `admin`, always.
     */
    get: operations["readAudit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nodes": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List nodes
     * @description The nodes of the cluster and the current load of their detectors.
     *
     *     **Key:** with the scope `metrics`, where requests need one (`AUTH`).
     */
    get: operations["listNodes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statistics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read statistics
     * @description The queue, the jobs by state, and the throughput and latency of the last hour, computed from stored data, so nothing is lost on restart. They are of `time`: half a second ago, or up to half a minute if the database is slow; `lastSequence` is of now. A key without the scope `metrics` gets those of its owner: the jobs and the dead letters, without `queue` and `activity`, which tell of all owners. With `Sightline-Owner`, an admin key gets those of that owner.
     *
     *     **Key:** with the scope `metrics` or `jobs` or `read-only`, where requests need one (`AUTH`).
     */
    get: operations["readStatistics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/activity": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read activity over time
     * @description Throughput and latency of the images of jobs and of `POST /process`, of the last hour, 24 hours or 30 days. What a node counted less than a minute before it crashed may be missing, but for jobs in the last hour. An answer may be half a minute old.
     *
     *     **Key:** with the scope `metrics`, where requests need one (`AUTH`).
     */
    get: operations["readActivity"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/problems": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List all kinds of problems
     * @description Where the `type` of a problem leads.
     */
    get: operations["listProblems"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/problems/{code}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The problem's code.
         * @example OVERLOADED
         */
        code: string;
      };
      cookie?: never;
    };
    /**
     * Read what a problem means
     * @description Where the `type` of a problem leads.
     */
    get: operations["readProblem"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/ping": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Ping
     * @description The gateway is alive.
     */
    get: operations["ping"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/healthz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Liveness
     * @description The process is alive.
     */
    get: operations["healthz"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/metrics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Metrics
     * @description Prometheus metrics of this process, or of all that share its port (`PROCESSES`). `docs/monitoring` has a dashboard and alerts.
     *
     *     **Key:** with the scope `metrics`, where requests need one (`AUTH`).
     */
    get: operations["metrics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Readiness
     * @description Ready once a detector is warm and has reproduced its reference results. A model that fails is `unavailable`.
     */
    get: operations["readyz"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description `[x, y, width, height]` in pixels of the image as displayed (its EXIF orientation applied). */
    Box: number[];
    Timings: {
      /** @description Time the image waited for a thread. */
      queueMs: number;
      /** @description Time to check, decode and prepare the image. */
      decodeMs: number;
      /** @description Inference time of the model. */
      inferenceMs: number;
    };
    /** @description Problem details (RFC 9457), with facts such as the exceeded limit. */
    Problem: {
      /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
      type: string;
      /** @description The kind of problem; the same for every occurrence. */
      title: string;
      /** @description The HTTP status of the problem. */
      status: number;
      /**
       * @description Stable code to program against.
       * @enum {string}
       */
      code:
        | "MALFORMED_REQUEST"
        | "NO_IMAGE"
        | "INVALID_OPTION"
        | "INVALID_TENSOR"
        | "INVALID_CALLBACK_URL"
        | "WEBHOOKS_DISABLED"
        | "IMAGE_URLS_DISABLED"
        | "NO_FACE"
        | "TOO_MANY_FACES"
        | "DIGEST_MISMATCH"
        | "KEY_REQUIRED"
        | "KEY_INVALID"
        | "SCOPE_MISSING"
        | "CROSS_ORIGIN"
        | "SESSION_KEY_INVALID"
        | "SESSION_FULL"
        | "NOT_FOUND"
        | "JOB_NOT_FOUND"
        | "IMAGE_NOT_FOUND"
        | "MODEL_NOT_FOUND"
        | "COLLECTION_NOT_FOUND"
        | "KEY_NOT_FOUND"
        | "WEBHOOK_SECRET_NOT_FOUND"
        | "DELIVERY_NOT_FOUND"
        | "ERASURE_NOT_FOUND"
        | "FACE_NOT_FOUND"
        | "METHOD_NOT_ALLOWED"
        | "NOT_ACCEPTABLE"
        | "HEADERS_TIMEOUT"
        | "UPLOAD_TIMEOUT"
        | "JOB_STATE_CONFLICT"
        | "IDEMPOTENCY_KEY_IN_USE"
        | "COLLECTION_EXISTS"
        | "COLLECTION_CONFLICT"
        | "COLLECTION_FULL"
        | "LIMIT_REACHED"
        | "DUPLICATE_FACE"
        | "PICTURE_GONE"
        | "CURSOR_GONE"
        | "PRECONDITION_FAILED"
        | "PICTURE_UNKNOWN"
        | "REQUEST_TOO_LARGE"
        | "TOO_MANY_IMAGES"
        | "IMAGE_TOO_LARGE"
        | "TOO_MANY_PIXELS"
        | "UNSUPPORTED_MEDIA_TYPE"
        | "EXPECTATION_FAILED"
        | "HOST_NOT_ALLOWED"
        | "INVALID_IMAGE"
        | "IMAGE_URL_REFUSED"
        | "IMAGE_FETCH_FAILED"
        | "IMAGE_FETCH_TIMEOUT"
        | "FACE_QUALITY"
        | "EMPTY_IMAGE"
        | "IMAGE_TOO_COMPLEX"
        | "DETECTION_TOO_COSTLY"
        | "UNDECODABLE_IMAGE"
        | "IMAGE_REFUSED"
        | "DEADLINE_PASSED"
        | "IDEMPOTENCY_KEY_REUSED"
        | "RATE_LIMITED"
        | "QUOTA_EXCEEDED"
        | "STORAGE_QUOTA_EXCEEDED"
        | "HEADERS_TOO_LARGE"
        | "METHOD_NOT_IMPLEMENTED"
        | "TRANSFER_CODING_NOT_IMPLEMENTED"
        | "ENCODER_FAILED"
        | "ENCODER_UNAVAILABLE"
        | "MODEL_UNAVAILABLE"
        | "OVERLOADED"
        | "SHUTTING_DOWN"
        | "NO_DETECTOR"
        | "SERVICE_UNAVAILABLE"
        | "WORKER_LOST"
        | "NODE_LOST"
        | "STORE_UNAVAILABLE"
        | "IMAGE_TIMEOUT"
        | "ENCODER_TIMEOUT"
        | "HTTP_VERSION_NOT_SUPPORTED"
        | "STORAGE_FULL"
        | "STORE_LOCKED"
        | "NATS_TOO_OLD"
        | "STORE_CORRUPT"
        | "INTERNAL_ERROR";
      /** @description Explanation of this occurrence. */
      detail: string;
      /** @description The request's `X-Request-Id`. */
      requestId?: string;
      /** @description The same as `detail`, on the paths of the Open Inference Protocol. */
      error?: string;
      /** @description What is wrong with the request; the first few faults. */
      faults?: string[];
      /** @description Most bytes of an image file. */
      maxImageBytes?: number;
      /** @description Most bytes of a request, or of one in JSON. */
      maxRequestBytes?: number;
      /** @description Most images of a request. */
      maxImagesPerRequest?: number;
      /** @description Most images of a request that are named by URL. */
      maxImageUrlsPerRequest?: number;
      /** @description Most bytes of the results of a request, as JSON. */
      maxResultBytes?: number;
      /** @description Width of the image, in pixels. */
      width?: number;
      /** @description Height of the image, in pixels. */
      height?: number;
      /** @description Most pixels of an image. */
      maxImagePixels?: number;
      /** @description Most pixels of a side of an image in this format. */
      maxSide?: number;
      /** @description Most scans of a JPEG of this size. */
      maxScans?: number;
      /** @description SHA-256 of the file's bytes. */
      sha256?: string;
      /** @description The time that was not enough. */
      timeoutMs?: number;
      /** @description The content codings that a body may have. */
      acceptEncoding?: string;
      /** @description The status of the other server's answer. */
      answerStatus?: number;
      /** @description The model's name. */
      model?: string;
      /** @description The shape of the tensor; -1 stands for any size. */
      expected?: number[];
      /** @description The length of the model's encodings. */
      dimensions?: number;
      /** @description Faces found in the image. */
      faces?: number;
      /** @description Most faces of an image. */
      maxFaces?: number;
      /** @description Most images of a session. */
      maxPictures?: number;
      /** @description Which image or face of the request or job it is, from 0. */
      index?: number;
      /** @description The other face, if it is of the request too, from 0. */
      otherIndex?: number;
      /** @description The other face, if it is of the collection. */
      faceId?: string;
      /** @description Euclidean distance of the two encodings. */
      distance?: number;
      /** @description The measure that does not meet the collection's requirement. */
      measure?: string;
      /** @description The measure of the face. */
      value?: number;
      /** @description The least that the collection requires. */
      least?: number;
      /** @description The most that the collection allows. */
      most?: number;
      /** @description The state of the job or image that forbids it. */
      state?: string;
      /** @description Sequence of the newest event. */
      lastSequence?: number;
      /** @description A key needs one of these scopes. */
      scopes?: string[];
      /** @description Bytes that are kept for the owner's jobs. */
      storedBytes?: number;
      /** @description Most bytes that are kept for the owner's jobs. */
      maxBytes?: number;
      /** @description The most that one owner may have. */
      limit?: number;
    };
    ProblemKind: {
      /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
      type: string;
      /** @description The kind of problem; the same for every occurrence. */
      title: string;
      /** @description The HTTP status of the problem. */
      status: number;
      /**
       * @description Stable code to program against.
       * @enum {string}
       */
      code:
        | "MALFORMED_REQUEST"
        | "NO_IMAGE"
        | "INVALID_OPTION"
        | "INVALID_TENSOR"
        | "INVALID_CALLBACK_URL"
        | "WEBHOOKS_DISABLED"
        | "IMAGE_URLS_DISABLED"
        | "NO_FACE"
        | "TOO_MANY_FACES"
        | "DIGEST_MISMATCH"
        | "KEY_REQUIRED"
        | "KEY_INVALID"
        | "SCOPE_MISSING"
        | "CROSS_ORIGIN"
        | "SESSION_KEY_INVALID"
        | "SESSION_FULL"
        | "NOT_FOUND"
        | "JOB_NOT_FOUND"
        | "IMAGE_NOT_FOUND"
        | "MODEL_NOT_FOUND"
        | "COLLECTION_NOT_FOUND"
        | "KEY_NOT_FOUND"
        | "WEBHOOK_SECRET_NOT_FOUND"
        | "DELIVERY_NOT_FOUND"
        | "ERASURE_NOT_FOUND"
        | "FACE_NOT_FOUND"
        | "METHOD_NOT_ALLOWED"
        | "NOT_ACCEPTABLE"
        | "HEADERS_TIMEOUT"
        | "UPLOAD_TIMEOUT"
        | "JOB_STATE_CONFLICT"
        | "IDEMPOTENCY_KEY_IN_USE"
        | "COLLECTION_EXISTS"
        | "COLLECTION_CONFLICT"
        | "COLLECTION_FULL"
        | "LIMIT_REACHED"
        | "DUPLICATE_FACE"
        | "PICTURE_GONE"
        | "CURSOR_GONE"
        | "PRECONDITION_FAILED"
        | "PICTURE_UNKNOWN"
        | "REQUEST_TOO_LARGE"
        | "TOO_MANY_IMAGES"
        | "IMAGE_TOO_LARGE"
        | "TOO_MANY_PIXELS"
        | "UNSUPPORTED_MEDIA_TYPE"
        | "EXPECTATION_FAILED"
        | "HOST_NOT_ALLOWED"
        | "INVALID_IMAGE"
        | "IMAGE_URL_REFUSED"
        | "IMAGE_FETCH_FAILED"
        | "IMAGE_FETCH_TIMEOUT"
        | "FACE_QUALITY"
        | "EMPTY_IMAGE"
        | "IMAGE_TOO_COMPLEX"
        | "DETECTION_TOO_COSTLY"
        | "UNDECODABLE_IMAGE"
        | "IMAGE_REFUSED"
        | "DEADLINE_PASSED"
        | "IDEMPOTENCY_KEY_REUSED"
        | "RATE_LIMITED"
        | "QUOTA_EXCEEDED"
        | "STORAGE_QUOTA_EXCEEDED"
        | "HEADERS_TOO_LARGE"
        | "METHOD_NOT_IMPLEMENTED"
        | "TRANSFER_CODING_NOT_IMPLEMENTED"
        | "ENCODER_FAILED"
        | "ENCODER_UNAVAILABLE"
        | "MODEL_UNAVAILABLE"
        | "OVERLOADED"
        | "SHUTTING_DOWN"
        | "NO_DETECTOR"
        | "SERVICE_UNAVAILABLE"
        | "WORKER_LOST"
        | "NODE_LOST"
        | "STORE_UNAVAILABLE"
        | "IMAGE_TIMEOUT"
        | "ENCODER_TIMEOUT"
        | "HTTP_VERSION_NOT_SUPPORTED"
        | "STORAGE_FULL"
        | "STORE_LOCKED"
        | "NATS_TOO_OLD"
        | "STORE_CORRUPT"
        | "INTERNAL_ERROR";
      /** @description Whether the same request may succeed later. */
      isRetryable: boolean;
      /** @description What the client or the operator can do. */
      advice: string;
    };
    ProblemKindList: {
      items: components["schemas"]["ProblemKind"][];
    };
    ImageResult: {
      /** @description The file name as sent, or null if none was sent. */
      fileName: string | null;
      /** @description SHA-256 of the file's bytes. */
      sha256: string;
      /** @description Width of the image as displayed, in pixels. */
      width: number;
      /** @description Height of the image as displayed, in pixels. */
      height: number;
      /** @description A box for each face. */
      faces: components["schemas"]["Box"][];
      timings: components["schemas"]["Timings"];
    };
    ImageProblem: {
      /** @description The file name as sent, or null if none was sent. */
      fileName: string | null;
      problem: components["schemas"]["Problem"];
    };
    ProcessResult: {
      /** @constant */
      model: "faces-haar";
      /** @description A receipt for each image, in the order of upload. */
      images: (components["schemas"]["ImageResult"] | components["schemas"]["ImageProblem"])[];
    };
    /** @description In degrees, estimated from the landmarks; all are 0 for a face that looks straight at the camera. */
    HeadPose: {
      /** @description Above 0 if the nose points to the right of the image. */
      yaw: number;
      /** @description Above 0 if the nose points up. */
      pitch: number;
      /** @description Above 0 if the head is tilted clockwise in the image. */
      roll: number;
    };
    /** @description How well the face can be seen: what decides whether its encoding can be trusted. */
    FaceQuality: {
      /** @description How much of the detail of the face would be lost if it was blurred. Low if it is blurred already. */
      sharpness: number;
      /** @description Shorter side of the face's box in pixels. */
      size: number;
      /** @description Mean of the pixels, 0 to 255. */
      brightness: number;
      pose: components["schemas"]["HeadPose"];
    };
    Face: {
      box?: components["schemas"]["Box"];
      /** @description The model's confidence. */
      score?: number;
      /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
      landmarks?: number[][];
      /** @description A unit vector. The scalar product of two is high if they are of the same person. */
      encoding?: number[];
      quality?: components["schemas"]["FaceQuality"];
    };
    LabelScore: {
      label: string;
      /** @description The class's id in WordNet. */
      wnid?: string;
      /** @description The model's confidence. */
      score: number;
    };
    FoundObject: {
      label: string;
      box: components["schemas"]["Box"];
      /** @description The model's confidence. */
      score: number;
    };
    /** @description What a model found. Boxes are in whole pixels and lie within the image. */
    ModelResult: {
      /** @description The model's version. */
      version: string;
      /** @description Of face detection and face encoding. Boxes of `faces-haar` have no score. */
      faces?: components["schemas"]["Face"][];
      /** @description Of image classification: the most probable classes, best first. */
      labels?: components["schemas"]["LabelScore"][];
      /** @description Of object detection, best first. */
      objects?: components["schemas"]["FoundObject"][];
    };
    Analysis: {
      /** @description SHA-256 of the file's bytes. */
      sha256: string;
      /** @description Width of the image as displayed, in pixels. */
      width: number;
      /** @description Height of the image as displayed, in pixels. */
      height: number;
      /** @description By the model's name. */
      results: {
        [key: string]: components["schemas"]["ModelResult"];
      };
      timings: {
        /** @description Time the image waited for a thread. */
        queueMs: number;
        /** @description Time to check, decode and prepare the image. */
        decodeMs: number;
        /** @description Inference time of the model. */
        inferenceMs: number;
        /** @description `inferenceMs` by model. Work shared by two models counts for the first. */
        perModelMs: {
          [key: string]: number;
        };
      };
    };
    AnalysisResult: {
      /** @description The models as named in the request. */
      models: string[];
      /** @description A receipt for each image, in the order of upload. */
      images: (
        | {
            /** @description The file name as sent, or null if none was sent. */
            fileName: string | null;
            /** @description SHA-256 of the file's bytes. */
            sha256: string;
            /** @description Width of the image as displayed, in pixels. */
            width: number;
            /** @description Height of the image as displayed, in pixels. */
            height: number;
            /** @description By the model's name. */
            results: {
              [key: string]: components["schemas"]["ModelResult"];
            };
            timings: {
              /** @description Time the image waited for a thread. */
              queueMs: number;
              /** @description Time to check, decode and prepare the image. */
              decodeMs: number;
              /** @description Inference time of the model. */
              inferenceMs: number;
              /** @description `inferenceMs` by model. Work shared by two models counts for the first. */
              perModelMs: {
                [key: string]: number;
              };
            };
          }
        | components["schemas"]["ImageProblem"]
      )[];
    };
    ProcessAnswer: {
      /**
       * @description If the request names no models.
       * @constant
       */
      model?: "faces-haar";
      /** @description The models as named in the request. */
      models?: string[];
      /** @description A receipt for each image, in the order of upload. */
      images: components["schemas"]["Receipt"][];
    };
    ImageTimings: {
      /** @description Time the image waited for a thread. */
      queueMs: number;
      /** @description Time to check, decode and prepare the image. */
      decodeMs: number;
      /** @description Inference time of the model. */
      inferenceMs: number;
      /** @description `inferenceMs` by model. Work shared by two models counts for the first. */
      perModelMs?: {
        [key: string]: number;
      };
    };
    ImageFindings: {
      /** @description Width of the image as displayed, in pixels. */
      width: number;
      /** @description Height of the image as displayed, in pixels. */
      height: number;
      /** @description A box for each face; without `models` only. */
      faces?: components["schemas"]["Box"][];
      /** @description By the model's name; with `models` only. */
      results?: {
        [key: string]: components["schemas"]["ModelResult"];
      };
      timings: components["schemas"]["ImageTimings"];
    };
    /** @description An image's result, or its `problem`, independent of the other images. */
    Receipt: {
      /** @description The file name as sent, or null if none was sent. */
      fileName: string | null;
      /** @description SHA-256 of the file's bytes. */
      sha256?: string;
      /** @description Width of the image as displayed, in pixels. */
      width?: number;
      /** @description Height of the image as displayed, in pixels. */
      height?: number;
      /** @description A box for each face; without `models` only. */
      faces?: components["schemas"]["Box"][];
      /** @description By the model's name; with `models` only. */
      results?: {
        [key: string]: components["schemas"]["ModelResult"];
      };
      timings?: components["schemas"]["ImageTimings"];
      problem?: components["schemas"]["Problem"];
    };
    Base64Image: {
      fileName?: string;
      /** @description The file's bytes in base64 (RFC 4648), plain or as a `data:` URL. */
      data: string;
    };
    UrlImage: {
      fileName?: string;
      /**
       * @description An http or https URL of the file, without credentials. The service fetches it if it is configured to (`IMAGE_URLS`), from public addresses only.
       * @example https://images.example.com/group.jpg
       */
      url: string;
    };
    /** @description An image: base64 text, or an object with base64 text or a URL, which may have a file name. */
    ImageJson: components["schemas"]["Base64Image"] | components["schemas"]["UrlImage"] | string;
    /** @description Images in base64 or by URL. */
    ImagesJson: {
      images: components["schemas"]["ImageJson"][];
    };
    /** @description A job with its images. Settings in the query take precedence. */
    JobJson: {
      images?: components["schemas"]["ImageJson"][];
      /**
       * @description The model to run.
       * @default faces-haar
       */
      model?: string;
      /** @description Names of the models to run on each image (`GET /v1/models`). */
      models?: string[];
      options?: {
        /**
         * @description How much the search window grows from one scale to the next.
         * @default 1.1
         */
        scaleFactor?: number;
        /**
         * @description Minimum number of overlapping windows per face. 0 returns every window, ungrouped.
         * @default 6
         */
        minNeighbors?: number;
        /**
         * @description Width and height of the smallest face reported, in pixels. In an image into which no window of the search from this size on fits, the largest window that fits is searched, as in OpenCV: the faces found there are smaller.
         * @default 96
         */
        minSize?: number;
        /** @description Minimum score of a face or object; overrides each model's own threshold. Only with `models`, one of which must detect faces or objects, or encode faces. */
        scoreThreshold?: number;
        /** @description Number of classes reported by image classification; 5 by default. Only with `models`, one of which must classify images. */
        topK?: number;
      };
      /** @description Custom labels to find jobs by. */
      labels?: {
        [key: string]: string;
      };
      /**
       * @description Higher runs first.
       * @default 5
       */
      priority?: number;
      /**
       * Format: date-time
       * @description Images not started by then fail.
       */
      deadline?: string;
      /** @description Webhook URL for the job's events. */
      callbackUrl?: string;
      /**
       * @description How webhooks carry events: `structured`, the whole CloudEvent as the body, or `binary`, its data as the body and its attributes as headers `ce-…`.
       * @default structured
       * @enum {string}
       */
      callbackMode?: "structured" | "binary";
      /**
       * @description False leaves the job `created`: add images, then execute it.
       * @default true
       */
      execute?: boolean;
    };
    ImageCounts: {
      /** @description All images. */
      total: number;
      /** @description Images waiting. */
      pending: number;
      /** @description Images being processed. */
      running: number;
      /** @description Images with a result. */
      done: number;
      /** @description Images with a problem. */
      failed: number;
    };
    Progress: {
      /** @description Fraction of the images that are done or failed. */
      fraction: number;
      /** @description Throughput of this job since it started; null before. */
      imagesPerSecond: number | null;
      /** @description Estimated seconds to completion at that rate; null if unknown. */
      etaSeconds: number | null;
    };
    DeadLetter: {
      /** @description The job's id. */
      jobId: string;
      /** @description Position in the order of upload. */
      index: number;
      fileName: string | null;
      sha256: string;
      bytes: number;
      /** @enum {string} */
      state: "pending" | "running" | "done" | "failed";
      /** @description Attempts started so far. */
      attempts: number;
      result?: components["schemas"]["ImageFindings"];
      problem?: components["schemas"]["Problem"];
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      startedAt?: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      finishedAt?: string;
    };
    EncodedFace: {
      box?: components["schemas"]["Box"];
      /** @description The detector's confidence. */
      score?: number;
      /** @description An encoding: a unit vector. */
      encoding: number[];
      quality?: components["schemas"]["FaceQuality"];
    };
    SummaryFace: {
      /** @description An encoding: a unit vector. */
      encoding: number[];
    };
    SummaryImage: {
      faces: components["schemas"]["SummaryFace"][];
    };
    ModelStats: {
      model: string;
      /** @description All images of jobs. */
      total: number;
      /** @description Images pending or running. */
      created: number;
      /** @description Images done. */
      completed: number;
      /** @description Images that failed. */
      failed: number;
    };
    DayStats: {
      /** Format: date */
      day: string;
      /** @description All images of jobs. */
      total: number;
      /** @description Images pending or running. */
      created: number;
      /** @description Images done. */
      completed: number;
      /** @description Images that failed. */
      failed: number;
    };
    VersionCount: {
      version: string;
      /** @description Number of encodings. */
      count: number;
    };
    EncodingJson: {
      /** @description An encoding. */
      encoding: number[];
      /** @description Custom text, such as a name. */
      label?: string;
    };
    FaceImageJson: {
      /** @description The image's bytes in base64. */
      image: string;
      /** @description Custom text, such as a name. */
      label?: string;
    };
    FaceUrlJson: {
      /**
       * @description An http or https URL of the file, without credentials. The service fetches it if it is configured to (`IMAGE_URLS`), from public addresses only.
       * @example https://images.example.com/group.jpg
       */
      url: string;
      /** @description Custom text, such as a name. */
      label?: string;
    };
    /** @description A face: its encoding, or an image in base64 or by URL, of which the largest face is used. */
    FaceJson:
      | components["schemas"]["EncodingJson"]
      | components["schemas"]["FaceImageJson"]
      | components["schemas"]["FaceUrlJson"];
    FacesJson: {
      faces: components["schemas"]["FaceJson"][];
    };
    CompareJson: {
      first: components["schemas"]["FaceJson"];
      second: components["schemas"]["FaceJson"];
    };
    /** @description What faces must meet to be added. */
    Requirements: {
      /** @description Lowest `quality.sharpness`; 0.35 is suggested. */
      minSharpness?: number;
      /** @description Lowest `quality.size`, in pixels. */
      minSize?: number;
      /** @description Lowest `quality.brightness`. */
      minBrightness?: number;
      /** @description Highest `quality.brightness`. */
      maxBrightness?: number;
      /** @description Farthest turn to either side, in degrees. */
      maxYaw?: number;
      /** @description Farthest turn up or down, in degrees. */
      maxPitch?: number;
      /** @description Farthest tilt to either side, in degrees. */
      maxRoll?: number;
      /** @description Lowest distance from each face of the collection, as of `/v1/compare` for encodings of length 1: nearer faces are duplicates. */
      minDistance?: number;
    };
    NewCollection: {
      /** @description The collection's name: letters, digits and `_.-`, but neither `.` nor `..`. */
      name: string;
      requirements?: components["schemas"]["Requirements"];
    };
    CollectionFace: {
      id: string;
      label: string | null;
      /** @description SHA-256 of the image the face was found in. */
      sha256: string | null;
      box: components["schemas"]["Box"] | null;
      quality?: components["schemas"]["FaceQuality"];
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      addedAt: string;
    };
    Match: {
      id: string;
      label: string | null;
      /** @description SHA-256 of the image the face was found in. */
      sha256: string | null;
      box: components["schemas"]["Box"] | null;
      quality?: components["schemas"]["FaceQuality"];
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      addedAt: string;
      /** @description Cosine of the angle between the encodings, -1 to 1. */
      similarity: number;
      /** @description As in a comparison. */
      samePerson: boolean | null;
    };
    /** @description What may be done with the key and with the sessions opened with it, over all gateways. A limit that is absent is none. */
    KeyLimits: {
      /** @description Requests in a minute. */
      requestsPerMinute?: number;
      /** @description Images in a minute, to be processed at once or as part of a job. They count when they are accepted. */
      imagesPerMinute?: number;
      /** @description Bytes that the images of all unfinished jobs of the key's owner may take, and those of failed jobs as long as they are kept. */
      storedBytes?: number;
    };
    /**
     * @description What a key allows: `process` images at once; create and change `jobs`, `sessions` or `collections`, and read them; `read-only`, read all of these; `metrics` of the service; `admin`, everything, for all owners.
     * @enum {string}
     */
    Scope: "process" | "jobs" | "sessions" | "collections" | "read-only" | "metrics" | "admin";
    NewKey: {
      /** @description For people. */
      name: string;
      scopes: components["schemas"]["Scope"][];
      /**
       * Format: date-time
       * @description The key is invalid from then on. Without it, it stays valid until it is revoked.
       */
      expiresAt?: string;
      /**
       * Format: uuid
       * @description The id of a key whose owner the new key gets, such as the key that it will replace. Without it, the owner is new.
       */
      sharesWith?: string;
      limits?: components["schemas"]["KeyLimits"];
    };
    SignInRequest: {
      key: string;
    };
    ModelFile: {
      name: string;
      sha256: string;
      bytes: number;
    };
    QualityMeasure: {
      measure: string;
      value: string;
      source: string;
    };
    TensorForm: {
      name: string;
      /**
       * @description By the name in the Open Inference Protocol.
       * @enum {string}
       */
      datatype: "FP32" | "UINT8";
      /** @description -1 stands for any size. */
      shape: number[];
    };
    /** @description Inputs and outputs of the network (`POST /v2/models/{name}/infer`). */
    NetworkForm: {
      input: components["schemas"]["TensorForm"];
      outputs: components["schemas"]["TensorForm"][];
      /**
       * @description What it runs on, by onnxruntime's name.
       * @enum {string}
       */
      provider: "cpu" | "cuda" | "tensorrt" | "openvino" | "coreml" | "webgpu";
      /** @description Why it does not run on what was preferred. */
      fallbackReason?: string;
    };
    LastHour: {
      /** @description Images with a result. */
      done: number;
      /** @description Images that failed. */
      failed: number;
      /** @description Failed attempts that were or will be retried. */
      retried: number;
    };
    LastMinute: {
      imagesPerSecond: number;
      p50Ms: number | null;
      p95Ms: number | null;
    };
    /** @description One value per bucket, the last of which is still open; null if no image was done. */
    ActivityBuckets: {
      done: number[];
      failed: number[];
      p50Ms: (number | null)[];
      p95Ms: (number | null)[];
    };
    QueueStatistics: {
      /** @description Images of jobs waiting. */
      waiting: number;
      /** @description Seconds since the longest-waiting job was queued; null if none is waiting. */
      oldestSeconds: number | null;
    };
    JobStatistics: {
      /** @description Jobs that are `created`. */
      created: number;
      /** @description Jobs that are `queued`. */
      queued: number;
      /** @description Jobs that are `running`. */
      running: number;
      /** @description Jobs that are `succeeded`. */
      succeeded: number;
      /** @description Jobs that are `partially_failed`. */
      partially_failed: number;
      /** @description Jobs that are `failed`. */
      failed: number;
      /** @description Jobs that are `cancelled`. */
      cancelled: number;
    };
    Job: {
      /** @description The job's id. */
      id: string;
      /** @enum {string} */
      state: "created" | "queued" | "running" | "succeeded" | "partially_failed" | "failed" | "cancelled";
      /** @description The model, or the models joined by commas. */
      model: string;
      /** @description The models, if the job names any. */
      models?: string[];
      options: {
        /**
         * @description How much the search window grows from one scale to the next.
         * @default 1.1
         */
        scaleFactor?: number;
        /**
         * @description Minimum number of overlapping windows per face. 0 returns every window, ungrouped.
         * @default 6
         */
        minNeighbors?: number;
        /**
         * @description Width and height of the smallest face reported, in pixels. In an image into which no window of the search from this size on fits, the largest window that fits is searched, as in OpenCV: the faces found there are smaller.
         * @default 96
         */
        minSize?: number;
        /** @description Minimum score of a face or object; overrides each model's own threshold. Only with `models`, one of which must detect faces or objects, or encode faces. */
        scoreThreshold?: number;
        /** @description Number of classes reported by image classification; 5 by default. Only with `models`, one of which must classify images. */
        topK?: number;
      };
      /** @description Custom labels to find jobs by. */
      labels: {
        [key: string]: string;
      };
      /** @description The owner of the key or session that created it; absent if it belongs to nobody. */
      owner?: string;
      priority: number;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      deadline?: string;
      /** @description Webhook URL. Its query is replaced by `…`. */
      callbackUrl?: string;
      /** @enum {string} */
      callbackMode?: "structured" | "binary";
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      queuedAt?: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      startedAt?: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      finishedAt?: string;
      images: components["schemas"]["ImageCounts"];
      progress: components["schemas"]["Progress"];
    };
    JobPage: {
      items: components["schemas"]["Job"][];
      /** @description Absent on the last page. */
      nextCursor?: string;
    };
    JobImage: {
      /** @description Position in the order of upload. */
      index: number;
      fileName: string | null;
      sha256: string;
      bytes: number;
      /** @enum {string} */
      state: "pending" | "running" | "done" | "failed";
      /** @description Attempts started so far. */
      attempts: number;
      result?: components["schemas"]["ImageFindings"];
      problem?: components["schemas"]["Problem"];
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      startedAt?: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      finishedAt?: string;
    };
    ResultsPage: {
      /** @enum {string} */
      jobState: "created" | "queued" | "running" | "succeeded" | "partially_failed" | "failed" | "cancelled";
      /** @description The images of the job in the order of upload; all states unless filtered by `state`. */
      items: components["schemas"]["JobImage"][];
      /** @description Absent on the last page. */
      nextCursor?: string;
    };
    DeadLetterPage: {
      items: components["schemas"]["DeadLetter"][];
      /** @description Absent on the last page. */
      nextCursor?: string;
    };
    /** @description The change. Each event has `jobId`. A job's state comes with `run`, `model`, `labels` and `priority`, and with `images` once all images are done or failed. Events of added images have `firstIndex` and `added`. An image's state comes with `index`, `fileName`, `sha256` and `attempts`, and with its `result` or `problem` once it has one. */
    EventData: {
      /** @description The job's id. */
      jobId: string;
      /**
       * @description The state that the job or the image reached; of a deleted job, its last one.
       * @enum {string}
       */
      state?:
        | "created"
        | "queued"
        | "running"
        | "succeeded"
        | "partially_failed"
        | "failed"
        | "cancelled"
        | "pending"
        | "done";
      /** @description Of a job: how often it was queued, so each retry has a number of its own. */
      run?: number;
      /** @description The model, or the models joined by commas. */
      model?: string;
      /** @description Custom labels to find jobs by. */
      labels?: {
        [key: string]: string;
      };
      priority?: number;
      images?: components["schemas"]["ImageCounts"];
      /** @description Of images that were added: the first one. */
      firstIndex?: number;
      /** @description How many images were added. */
      added?: number;
      /** @description Position in the order of upload. */
      index?: number;
      fileName?: string | null;
      sha256?: string;
      /** @description Attempts started so far. */
      attempts?: number;
      result?: {
        sha256?: string;
        /** @description Width of the image as displayed, in pixels. */
        width: number;
        /** @description Height of the image as displayed, in pixels. */
        height: number;
        /** @description A box for each face; without `models` only. */
        faces?: components["schemas"]["Box"][];
        /** @description By the model's name; with `models` only. */
        results?: {
          [key: string]: components["schemas"]["ModelResult"];
        };
        timings: components["schemas"]["ImageTimings"];
      };
      /** @description True if the result was too large for the event, and has only its size and timings. */
      truncated?: boolean;
      problem?: components["schemas"]["Problem"];
    };
    Event: {
      /**
       * @deprecated
       * @description Position in the log, as a number. Deprecated: in the next version it is text, as the CloudEvents extension `sequence` has it, and as it is in all other forms already.
       */
      sequence: number;
      /** @constant */
      specversion: "1.0";
      /** @description Stable: the same event always has the same id. */
      id: string;
      source: string;
      /** @description `dev.sightline.job.<state>` or `dev.sightline.image.<state>`, and a few more. */
      type: string;
      /** @description `jobs/<id>` or `jobs/<id>/images/<index>`. */
      subject: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      time: string;
      /** @constant */
      datacontenttype: "application/json";
      /** @description Extension: id of the owner of the job; absent if it belongs to nobody. */
      owner?: string;
      data: components["schemas"]["EventData"];
    };
    EventPage: {
      items: components["schemas"]["Event"][];
      /** @description The next page's `after`. That of the header `Link` is safer. */
      next: number;
    };
    CloudEvent: {
      /** @constant */
      specversion: "1.0";
      /** @description Stable: the same event always has the same id. */
      id: string;
      source: string;
      /** @description `dev.sightline.job.<state>` or `dev.sightline.image.<state>`, and a few more. */
      type: string;
      /** @description `jobs/<id>` or `jobs/<id>/images/<index>`. */
      subject: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      time: string;
      /** @constant */
      datacontenttype: "application/json";
      /** @description Extension: id of the owner of the job; absent if it belongs to nobody. */
      owner?: string;
      /** @description Extension: position in the log, as decimal digits; grows by one per event, and by one more for each erasure. */
      sequence: string;
      /**
       * @description Extension: `sequence` is compared as a number.
       * @constant
       */
      sequencetype: "Integer";
      data: components["schemas"]["EventData"];
    };
    CloudEventBatch: components["schemas"]["CloudEvent"][];
    Key: {
      /** Format: uuid */
      id: string;
      /** @description For people. */
      name: string;
      scopes: components["schemas"]["Scope"][];
      /**
       * Format: uuid
       * @description Owner of the jobs, collections and other data made with the key, in events as `owner`.
       */
      owner: string;
      /** @description The first characters of the key. */
      hint: string;
      limits?: components["schemas"]["KeyLimits"];
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description The key is invalid from then on.
       */
      expiresAt?: string;
      /**
       * Format: date-time
       * @description When the key was revoked.
       */
      revokedAt?: string;
    };
    CreatedKey: {
      /** Format: uuid */
      id: string;
      /** @description For people. */
      name: string;
      scopes: components["schemas"]["Scope"][];
      /**
       * Format: uuid
       * @description Owner of the jobs, collections and other data made with the key, in events as `owner`.
       */
      owner: string;
      /** @description The first characters of the key. */
      hint: string;
      limits?: components["schemas"]["KeyLimits"];
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description The key is invalid from then on.
       */
      expiresAt?: string;
      /**
       * Format: date-time
       * @description When the key was revoked.
       */
      revokedAt?: string;
      /** @description The key. It cannot be retrieved again, but by the same request with its `Idempotency-Key`. */
      key: string;
    };
    KeyPage: {
      items: components["schemas"]["Key"][];
      /** @description `cursor` of the next page; absent on the last. */
      nextCursor?: string;
    };
    Erasure: {
      /**
       * Format: uuid
       * @description Whoever knows it may read the receipt, which names nobody.
       */
      id: string;
      /**
       * @description `running` also after a crash, until the service has continued and ended the erasure.
       * @enum {string}
       */
      state: "running" | "done";
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      requestedAt: string;
      /**
       * Format: date-time
       * @description When the erasure ended.
       */
      finishedAt?: string;
      /** @description How many of each kind there were. `imageFiles` and `tasks` count jobs that had stored images or tasks. */
      erased: {
        [key: string]: number;
      };
      /**
       * Format: date-time
       * @description When all stores were searched again.
       */
      checkedAt?: string;
      /** @description How much that search found: nothing, or it would go on. */
      remaining?: number;
    };
    AuditEntry: {
      sequence: number;
      id: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      time: string;
      /** @description What was done, such as `key.create` or `collection.search`. */
      action: string;
      /** @description What it was done to: an id, or the name of a collection. */
      object?: string;
      /** @description The key that was used; of a session, the key that opened it. `ADMIN_KEY` is the setting. */
      keyId?: string;
      /** @description Its name at that time. */
      keyName?: string;
      /** @description Whom the request stood for. Of a request about a job with an admin key, the owner of the job, or `none`. */
      owner?: string;
      /** @description Network address of the client. */
      address?: string;
      /** @description Status of the answer. */
      status?: number;
      /** @description `hash` of the entry before; empty for the first. */
      previous: string;
      /** @description SHA-256 of the JSON array of sequence, previous, id, time, action, object, keyId, keyName, owner, address and status. */
      hash: string;
    };
    AuditPage: {
      items: components["schemas"]["AuditEntry"][];
      /** @description `cursor` of the next page; absent on the last. */
      nextCursor?: string;
    };
    ReceiverSecret: {
      origin: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Until then messages have a second signature, with the previous secret or `WEBHOOK_SECRET`.
       */
      previousUntil?: string;
    };
    CreatedReceiverSecret: {
      origin: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Until then messages have a second signature, with the previous secret or `WEBHOOK_SECRET`.
       */
      previousUntil?: string;
      /** @description `whsec_` and base64. It cannot be retrieved again, but by the same request with its `Idempotency-Key`. */
      secret: string;
    };
    ReceiverSecretList: {
      items: components["schemas"]["ReceiverSecret"][];
    };
    Delivery: {
      /** @description The id of the event, which the receiver gets as `webhook-id`. */
      id: string;
      /** @enum {string} */
      state: "given-up" | "waiting";
      /** @description The job's id. */
      jobId: string;
      /** @description Where it goes. Its query is replaced by `…`. */
      callbackUrl: string;
      /** @description The event's type. */
      type: string;
      /**
       * Format: date-time
       * @description The event's time; RFC 3339, UTC.
       */
      time: string;
      /** @description Attempts that failed. */
      attempts: number;
      /** @description Why the last attempt failed. */
      reason?: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      givenUpAt?: string;
    };
    DeliveryPage: {
      items: components["schemas"]["Delivery"][];
      /** @description Absent on the last page. */
      nextCursor?: string;
    };
    WhoAmI: {
      /**
       * @description Whether requests need a key: `keys`, all do; `local`, none, since only the service's machine reaches it; `off`, none, although others reach it.
       * @enum {string}
       */
      access: "keys" | "local" | "off";
      /** @description Owner of what is made with this key or session; null without one. */
      owner: string | null;
      scopes: components["schemas"]["Scope"][];
      limits?: components["schemas"]["KeyLimits"];
      key?: components["schemas"]["Key"];
      /** @description Sequence of the newest event; start following the log from here. */
      lastSequence?: number;
    };
    SessionKey: {
      /**
       * Format: uuid
       * @description The session's key. It cannot be retrieved again.
       */
      key: string;
    };
    EncodedPicture: {
      /** @description SHA-256 of the image's bytes. */
      sha256: string;
      model: string;
      /** @description The model's version; encodings of different versions cannot be compared. */
      version: string;
      width: number;
      height: number;
      /** @description 1 to 6 faces. A remote encoder gives no boxes and no quality. */
      faces: components["schemas"]["EncodedFace"][];
    };
    Summary: {
      /** @description The session's images, in the order of upload. */
      image_encodings: components["schemas"]["SummaryImage"][];
    };
    UploadedFile: {
      /** @description Id of the upload and of the job that encodes the image. */
      id: string;
      /** @enum {string} */
      status: "created" | "completed" | "failed";
      /** @description Encoding of the largest face; null until it is available, and if the image has no face. */
      face_encoding: number[] | null;
    };
    Stats: {
      /** @description All images of jobs. */
      total: number;
      /** @description Images pending or running. */
      created: number;
      /** @description Images done. */
      completed: number;
      /** @description Images that failed. */
      failed: number;
      /** @description Counts by model. */
      models: components["schemas"]["ModelStats"][];
      /** @description Counts by the day (UTC) on which the images' jobs were created. */
      days: components["schemas"]["DayStats"][];
    };
    MeanEncoding: {
      /** @description The mean of the encodings; null if there are none. */
      avg: number[] | null;
      /** @description Variance of each component; null if there are no encodings. */
      variance: number[] | null;
      /** @description Number of encodings. An image may have several, one per face. */
      count: number;
      /** @description Number of images considered. */
      images: number;
      /** @description Number of these images without a face, or with encodings of another length than the newest ones of the version. */
      skipped: number;
      model: string;
      /** @description The model version of all encodings in the mean. */
      version: string | null;
      /** @description All versions with stored encodings. Versions are never mixed. */
      versions: components["schemas"]["VersionCount"][];
    };
    Comparison: {
      /** @description Cosine of the angle between the encodings, -1 to 1. */
      similarity: number;
      /** @description Euclidean distance of the encodings. */
      distance: number;
      /** @description Whether the similarity reaches the threshold; null if no threshold has been measured. */
      samePerson: boolean | null;
      threshold: number | null;
      model: string;
      version: string;
      /** @description Measured error rates of the answer. */
      quality: components["schemas"]["QualityMeasure"][];
    };
    CollectionView: {
      /** @description The collection's name: letters, digits and `_.-`, but neither `.` nor `..`. */
      name: string;
      model: string;
      /** @description The version of the model that encoded all faces of the collection. */
      version: string;
      /** @description Number of faces. */
      faces: number;
      requirements?: components["schemas"]["Requirements"];
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      createdAt: string;
    };
    CollectionPage: {
      items: components["schemas"]["CollectionView"][];
      /** @description `cursor` of the next page; absent on the last. */
      nextCursor?: string;
    };
    FaceList: {
      items: components["schemas"]["CollectionFace"][];
    };
    FacePage: {
      items: components["schemas"]["CollectionFace"][];
      /** @description `cursor` of the next page; absent on the last. */
      nextCursor?: string;
    };
    MatchList: {
      /** @description The nearest faces, best first. */
      items: components["schemas"]["Match"][];
      /** @description Number of faces searched. */
      searched: number;
      model: string;
      version: string;
    };
    HaarEngineState: {
      /**
       * @description Both give the same boxes; `exact` is about ten times faster.
       * @enum {string}
       */
      name: "exact" | "opencv";
      /** @enum {string} */
      instructionSet?: "avx2" | "sse2" | "portable";
      /** @description Why it falls back to OpenCV's engine. */
      fallbackReason?: string;
    };
    Model: {
      name: string;
      /** @enum {string} */
      task: "face-detection" | "face-encoding" | "image-classification" | "object-detection";
      /** @description The version of the trained model, included in every result. */
      version: string;
      licence: string;
      /** @description Notes on its use. */
      notes?: string;
      /** @enum {string} */
      state: "ready" | "unavailable";
      /** @description Why it is unavailable. */
      reason?: string;
      engine?: components["schemas"]["HaarEngineState"];
      /** @description The files it is loaded from, verified at startup. */
      files: components["schemas"]["ModelFile"][];
      network?: components["schemas"]["NetworkForm"];
      /** @description Of a face detector with a network, if it is ready. */
      hasLandmarks?: boolean;
      /** @description Preprocessing of an image, and the limits that follow from it. */
      input: string;
      /** @description `score`: minimum score reported. `overlap`: minimum overlap of two boxes of the same object. `samePerson`: minimum scalar product of two encodings of the same person. */
      thresholds: {
        [key: string]: number;
      };
      quality: components["schemas"]["QualityMeasure"][];
    };
    ModelPage: {
      items: components["schemas"]["Model"][];
    };
    DetectorLoad: {
      threads: number;
      /** @description Images being processed. */
      running: number;
      /** @description Images waiting for a thread. */
      waiting: number;
    };
    Node: {
      id: string;
      hostname: string;
      /**
       * @description An `offline` node was lost or stopped minutes ago.
       * @enum {string}
       */
      state: "online" | "offline";
      services: string[];
      version?: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      startedAt?: string;
      /** @description Computed from the clocks of both nodes. */
      uptimeSeconds?: number;
      /** @description Load of the node's detector; null if it did not answer in time, absent if the node has none. */
      detector?: components["schemas"]["DetectorLoad"] | null;
    };
    NodePage: {
      items: components["schemas"]["Node"][];
    };
    /** @description Activity of job images, as the event log has it. Percentiles are of the time from an image's arrival at a detector to its result, in milliseconds, to within 1 %. */
    Activity: {
      /**
       * Format: date-time
       * @description Earlier activity may be missing for a while: after the crash of a node, and after an update of one that did not count its activity yet.
       */
      completeSince: string;
      lastHour: components["schemas"]["LastHour"];
      lastMinute: components["schemas"]["LastMinute"];
      /**
       * Format: date-time
       * @description Start of the first bucket.
       */
      from: string;
      bucketSeconds: number;
      buckets: components["schemas"]["ActivityBuckets"];
    };
    /** @description Activity of the images of jobs, and of those of `POST /process`, in the same buckets. */
    ActivityOfRange: {
      /** @enum {string} */
      range: "hour" | "day" | "month";
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      time: string;
      /**
       * Format: date-time
       * @description Start of the first bucket.
       */
      from: string;
      bucketSeconds: number;
      jobs: components["schemas"]["ActivityBuckets"];
      process: components["schemas"]["ActivityBuckets"];
    };
    Statistics: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      time: string;
      queue?: components["schemas"]["QueueStatistics"];
      jobs: components["schemas"]["JobStatistics"];
      /** @description Images that ran out of attempts, counted up to 100. */
      deadLetters: number;
      /** @description Sequence of the newest event, which may be newer than `time`; start following the log from here. */
      lastSequence: number;
      activity?: components["schemas"]["Activity"];
    };
    ModelMetadata: {
      name: string;
      versions: string[];
      platform: string;
      /** @description Alternative inputs; a request has exactly one. */
      inputs: {
        name: string;
        /** @enum {string} */
        datatype: "BYTES" | "FP32" | "INT32" | "UINT8";
        /** @description -1 stands for any size. */
        shape: number[];
      }[];
      /** @description First the outputs for an image, then those of the network. */
      outputs: {
        name: string;
        /** @enum {string} */
        datatype: "BYTES" | "FP32" | "INT32" | "UINT8";
        /** @description -1 stands for any size. */
        shape: number[];
      }[];
    };
    ModelConfig: {
      name: string;
      platform: string;
      backend: string;
      /** @description How many versions are served at a time. */
      version_policy: {
        latest: {
          num_versions: number;
        };
      };
      /** @description Requests are not batched: a request has one image or one tensor. */
      max_batch_size: number;
      /** @description Alternative inputs; a request has exactly one. */
      input: {
        name: string;
        /** @enum {string} */
        data_type: "TYPE_STRING" | "TYPE_FP32" | "TYPE_INT32" | "TYPE_UINT8";
        /** @description -1 stands for any size. */
        dims: number[];
        optional?: boolean;
      }[];
      output: {
        name: string;
        /** @enum {string} */
        data_type: "TYPE_STRING" | "TYPE_FP32" | "TYPE_INT32" | "TYPE_UINT8";
        /** @description -1 stands for any size. */
        dims: number[];
        optional?: boolean;
      }[];
    };
    /** @description Counted since each process was started, over all that are connected. */
    ModelStatistics: {
      name: string;
      version: string;
      inference_count: number;
      /** @description The same number: there are no batches. */
      execution_count: number;
      /** @description End of the latest inference, in milliseconds since 1970; 0 if none. */
      last_inference: number;
      inference_stats: {
        success: {
          count: number;
          /** @description Sum of the times, in nanoseconds. */
          ns: number;
        };
        fail: {
          count: number;
          /** @description Sum of the times, in nanoseconds. */
          ns: number;
        };
        queue: {
          count: number;
          /** @description Sum of the times, in nanoseconds. */
          ns: number;
        };
        compute_input: {
          count: number;
          /** @description Sum of the times, in nanoseconds. */
          ns: number;
        };
        compute_infer: {
          count: number;
          /** @description Sum of the times, in nanoseconds. */
          ns: number;
        };
        compute_output: {
          count: number;
          /** @description Sum of the times, in nanoseconds. */
          ns: number;
        };
      };
      batch_stats: Record<string, never>[];
    };
    StatisticsList: {
      model_stats: components["schemas"]["ModelStatistics"][];
    };
    RepositoryIndexRequest: {
      /** @description Only models that are ready. */
      ready?: boolean;
    };
    LoadRequest: {
      parameters?: Record<string, never>;
    };
    UnloadRequest: {
      parameters?: {
        /**
         * @description A model that another one needs stays in memory for that one.
         * @constant
         */
        unload_dependents?: false;
      };
    };
    RepositoryModel: {
      name: string;
      version: string;
      /** @enum {string} */
      state: "READY" | "UNAVAILABLE";
      /** @description Why it is unavailable; empty if it is ready. */
      reason: string;
    };
    RepositoryIndex: components["schemas"]["RepositoryModel"][];
    InferenceRequest: {
      /** @description Echoed in the response. */
      id?: string;
      /** @description Options of `POST /process`; `binary_data_output` returns all outputs in binary. */
      parameters?: {
        [key: string]: string | number | boolean;
      } & {
        binary_data_output?: boolean;
      };
      inputs: {
        name: string;
        shape: number[];
        /** @description `BYTES` for an image; for the network's own input `FP32`, or the datatype of its metadata. */
        datatype: string;
        parameters?: {
          [key: string]: string | number | boolean;
        } & {
          /** @description Size in bytes of the tensor that follows the JSON. */
          binary_data_size?: number;
        };
        /** @description The file in base64, or numbers in row-major order, flat or nested. */
        data?: unknown[];
      }[];
      /** @description The requested outputs, in this order; all if there are none. */
      outputs?: {
        name: string;
        parameters?: {
          [key: string]: string | number | boolean;
        } & {
          binary_data?: boolean;
        };
      }[];
    };
    InferenceResponse: {
      id?: string;
      model_name: string;
      model_version: string;
      outputs: {
        name: string;
        /** @enum {string} */
        datatype: "BYTES" | "FP32" | "INT32" | "UINT8";
        shape: number[];
        parameters?: {
          binary_data_size: number;
        };
        data?: (number | string)[];
      }[];
    };
  };
  responses: {
    /** @description `HEADERS_TIMEOUT`: The headers of the request did not arrive in time. */
    408: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `EXPECTATION_FAILED`: The service cannot do what the header Expect asks for. */
    417: {
      headers: {
        "X-Request-Id": components["headers"]["X-Request-Id"];
        traceparent: components["headers"]["traceparent"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `HOST_NOT_ALLOWED`: The service does not answer for this host. */
    421: {
      headers: {
        "X-Request-Id": components["headers"]["X-Request-Id"];
        traceparent: components["headers"]["traceparent"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `HEADERS_TOO_LARGE`: The request's headers are too large. */
    431: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Any other problem. */
    default: {
      headers: {
        "X-Request-Id": components["headers"]["X-Request-Id"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
  };
  parameters: {
    /**
     * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
     * @example order-4711
     */
    "Idempotency-Key": string;
    /**
     * @description `respond-async` turns the request into a job. So does `wait=10`, which responds with the results if they are ready within 10 seconds; at most 60 count, and the answer comes after 58 at the latest, before proxies give up. In neither case is a second upload needed (RFC 7240). A key needs the scope `jobs` for it. The job of a client that waits goes ahead of ordinary ones.
     * @example wait=10
     */
    Prefer: string;
    /**
     * @description `sha-256` of the image's bytes (RFC 9530). If the body is the raw image, it is verified against the body as sent: with a `Content-Encoding`, against the compressed bytes.
     * @example sha-256=:iEMc2WU8zVOXQbVV+wpGthVYswHUEQQStbwotebqbLU=:
     */
    "Repr-Digest": string;
    /** @description Size in bytes of the JSON if a binary tensor follows it (the protocol's binary tensor extension). */
    "Inference-Header-Content-Length": number;
    /** @description For a stream: only events after the one with this id. Goes before `after`. */
    "Last-Event-ID": string;
    /** @description The `ETag` of an answer that the client has: 304 if it is still the same. */
    "If-None-Match": string;
    /** @description The `ETag` of the only answer that is of use to the client: 412 for another. */
    "If-Match": string;
    /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
    "X-Request-Id": string;
    /**
     * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
     * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
     */
    traceparent: string;
    /** @description What tracing systems add to `traceparent`. */
    tracestate: string;
    /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
    "Sightline-Owner": string;
  };
  requestBodies: never;
  headers: {
    /** @description The request's id. */
    "X-Request-Id": string;
    /** @description The request's trace, if the service exports traces. */
    traceparent: string;
    /** @description Requests allowed in a minute, by the limit of which least is left. Absent without a limit. */
    "RateLimit-Limit": number;
    /** @description Requests left in this minute. */
    "RateLimit-Remaining": number;
    /** @description Seconds until the limit resets. */
    "RateLimit-Reset": number;
    /** @description Seconds to wait before a retry, or before the state is read again. */
    "Retry-After": number;
    /** @description Where to read what was created. */
    Location: string;
    /** @description The job that has these results too. */
    "Content-Location": string;
    /** @description The next page, `rel="next"`: relative to this one. Not in a stream. */
    Link: string;
    /** @description The preferences of `Prefer` that were honoured. */
    "Preference-Applied": string;
    /** @description `true` if there was an earlier request with the same `Idempotency-Key`: nothing is created twice. */
    "Idempotency-Replayed": string;
    /** @description Size in bytes of the JSON, if outputs in binary follow it. */
    "Inference-Header-Content-Length": number;
    /** @description How to send a key (RFC 6750). */
    "WWW-Authenticate": string;
    /** @description The content codings that a body may have, if its own is the problem. */
    "Accept-Encoding": string;
    /** @description A strong validator of the answer, if it stays the same for long, for `If-None-Match`. */
    ETag: string;
    /** @description `sha-256` of the answer, with its content coding (RFC 9530). */
    "Repr-Digest": string;
    /** @description A name for the file (RFC 6266). */
    "Content-Disposition": string;
    /** @description The headers of the request that the form of the answer depends on. */
    Vary: string;
    /** @description The cookie. */
    "Set-Cookie": string;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  process: {
    parameters: {
      query?: {
        /** @description Names of the models to run on each image (`GET /v1/models`), separated by commas. With it the receipts have `results` by model; without it `faces-haar` runs and they have `faces`. */
        models?: string;
        /** @description How much the search window grows from one scale to the next. */
        scaleFactor?: number;
        /** @description Minimum number of overlapping windows per face. 0 returns every window, ungrouped. */
        minNeighbors?: number;
        /** @description Width and height of the smallest face reported, in pixels. In an image into which no window of the search from this size on fits, the largest window that fits is searched, as in OpenCV: the faces found there are smaller. */
        minSize?: number;
        /** @description Minimum score of a face or object; overrides each model's own threshold. Only with `models`, one of which must detect faces or objects, or encode faces. */
        scoreThreshold?: number;
        /** @description Number of classes reported by image classification; 5 by default. Only with `models`, one of which must classify images. */
        topK?: number;
        /** @description Turn the request into a job and answer at once, like `Prefer: respond-async`. */
        async?: boolean;
        /** @description Return the image with its boxes drawn, instead of JSON: as PNG, or with `Accept: image/jpeg` as JPEG. One image only. */
        annotate?: boolean;
      };
      header?: {
        /**
         * @description `respond-async` turns the request into a job. So does `wait=10`, which responds with the results if they are ready within 10 seconds; at most 60 count, and the answer comes after 58 at the latest, before proxies give up. In neither case is a second upload needed (RFC 7240). A key needs the scope `jobs` for it. The job of a client that waits goes ahead of ordinary ones.
         * @example wait=10
         */
        Prefer?: components["parameters"]["Prefer"];
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    /** @description Any number of files, one image, or JSON with base64 or URLs. */
    requestBody: {
      content: {
        "multipart/form-data": {
          /** @description The files. The field may have any name, such as `image_files`, `image`, `file` or `files`. A part that is not a file is rejected by name; an empty file input is ignored. */
          images: string[];
        };
        "image/*": string;
        /**
         * @example {
         *       "images": [
         *         {
         *           "fileName": "white.png",
         *           "data": "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR42mP8zwABTAwUMQBJQQEPkWFcdwAAAABJRU5ErkJggg=="
         *         },
         *         "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR42mP8zwABTAwUMQBJQQEPkWFcdwAAAABJRU5ErkJggg=="
         *       ]
         *     }
         */
        "application/json": components["schemas"]["ImagesJson"];
      };
    };
    responses: {
      /** @description A receipt for each image: its result or its own problem. */
      200: {
        headers: {
          "Preference-Applied": components["headers"]["Preference-Applied"];
          "Content-Location": components["headers"]["Content-Location"];
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          Vary: components["headers"]["Vary"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProcessAnswer"];
          "image/png": string;
          "image/jpeg": string;
        };
      };
      /** @description The request was turned into a job, as preferred. */
      202: {
        headers: {
          Location: components["headers"]["Location"];
          "Retry-After": components["headers"]["Retry-After"];
          "Preference-Applied": components["headers"]["Preference-Applied"];
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          Vary: components["headers"]["Vary"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "state": "running",
           *       "model": "faces-haar",
           *       "options": {
           *         "minSize": 48
           *       },
           *       "labels": {
           *         "album": "summer"
           *       },
           *       "priority": 5,
           *       "createdAt": "2026-11-21T12:00:00.000Z",
           *       "queuedAt": "2026-11-21T12:00:00.000Z",
           *       "startedAt": "2026-11-21T12:00:00.004Z",
           *       "images": {
           *         "total": 1465,
           *         "pending": 1020,
           *         "running": 4,
           *         "done": 440,
           *         "failed": 1
           *       },
           *       "progress": {
           *         "fraction": 0.301,
           *         "imagesPerSecond": 441.2,
           *         "etaSeconds": 3
           *       }
           *     }
           */
          "application/json": components["schemas"]["Job"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `IMAGE_URLS_DISABLED`: The service does not fetch images by URL.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_ACCEPTABLE`: None of the accepted media types can be produced. */
      406: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IDEMPOTENCY_KEY_IN_USE`: A request with this idempotency key is being processed. */
      409: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `TOO_MANY_IMAGES`: The request contains too many images.
       *
       *     `IMAGE_TOO_LARGE`: The image file is too large.
       *
       *     `TOO_MANY_PIXELS`: The image has too many pixels.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `INVALID_IMAGE`: An image of the JSON body is neither base64 text nor an object with such text or a URL.
       *
       *     `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IMAGE_TOO_COMPLEX`: The image takes too much work to decode.
       *
       *     `IMAGE_REFUSED`: The image made the service fail before and is refused.
       *
       *     `IMAGE_URL_REFUSED`: The service does not fetch images from this URL.
       *
       *     `IMAGE_FETCH_FAILED`: The image could not be fetched from its URL.
       *
       *     `IMAGE_FETCH_TIMEOUT`: The image could not be fetched from its URL in time.
       *
       *     `DETECTION_TOO_COSTLY`: The detection takes too much work.
       *
       *     `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `QUOTA_EXCEEDED`: Too many images of the owner are waiting.
       *
       *     `STORAGE_QUOTA_EXCEEDED`: The images kept for the owner take as much room as they may.
       *
       *     `RATE_LIMITED`: Too many requests.
       */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `INTERNAL_ERROR`: The service failed.
       *
       *     `STORE_CORRUPT`: Stored data is damaged.
       */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `WORKER_LOST`: The worker processing the image died.
       *
       *     `NODE_LOST`: The node processing the image was lost.
       *
       *     `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IMAGE_TIMEOUT`: The image was not processed in time. */
      504: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listJobs: {
    parameters: {
      query?: {
        /** @description Only jobs whose id begins so; at least four characters. */
        idPrefix?: string;
        /** @description One or more of `created`, `queued`, `running`, `succeeded`, `partially_failed`, `failed`, `cancelled`, separated by commas. */
        state?: string;
        /** @description Only jobs with this model, possibly among others. */
        model?: string;
        /** @description Only jobs with these labels, written as in `POST /v1/jobs`. */
        labels?: string;
        /** @description Only jobs of this owner, `none` for those of nobody. Administrators may name any; for others, jobs of other owners are not there. */
        owner?: string;
        /** @description Only jobs created then or later. */
        createdFrom?: string;
        /** @description Only jobs created before then. */
        createdBefore?: string;
        /** @description A minus sorts in descending order. */
        sort?: "createdAt" | "-createdAt" | "priority" | "-priority";
        /** @description `nextCursor` of the previous page. */
        cursor?: string;
        /** @description Maximum items per page. */
        limit?: number;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of jobs. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "state": "running",
           *           "model": "faces-haar",
           *           "options": {
           *             "minSize": 48
           *           },
           *           "labels": {
           *             "album": "summer"
           *           },
           *           "priority": 5,
           *           "createdAt": "2026-11-21T12:00:00.000Z",
           *           "queuedAt": "2026-11-21T12:00:00.000Z",
           *           "startedAt": "2026-11-21T12:00:00.004Z",
           *           "images": {
           *             "total": 1465,
           *             "pending": 1020,
           *             "running": 4,
           *             "done": 440,
           *             "failed": 1
           *           },
           *           "progress": {
           *             "fraction": 0.301,
           *             "imagesPerSecond": 441.2,
           *             "etaSeconds": 3
           *           }
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["JobPage"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  createJob: {
    parameters: {
      query?: {
        /** @description The model to run. */
        model?: string;
        /** @description Higher runs first. */
        priority?: number;
        /** @description Images not started by then fail. */
        deadline?: string;
        /** @description Webhook URL for the job's events. */
        callbackUrl?: string;
        /** @description How webhooks carry events: `structured`, the whole CloudEvent as the body, or `binary`, its data as the body and its attributes as headers `ce-…`. */
        callbackMode?: "structured" | "binary";
        /** @description False leaves the job `created`: add images, then execute it. */
        execute?: boolean;
        /** @description Names of the models to run on each image (`GET /v1/models`), separated by commas. With it the receipts have `results` by model; without it `faces-haar` runs and they have `faces`. */
        models?: string;
        /** @description How much the search window grows from one scale to the next. */
        scaleFactor?: number;
        /** @description Minimum number of overlapping windows per face. 0 returns every window, ungrouped. */
        minNeighbors?: number;
        /** @description Width and height of the smallest face reported, in pixels. In an image into which no window of the search from this size on fits, the largest window that fits is searched, as in OpenCV: the faces found there are smaller. */
        minSize?: number;
        /** @description Minimum score of a face or object; overrides each model's own threshold. Only with `models`, one of which must detect faces or objects, or encode faces. */
        scoreThreshold?: number;
        /** @description Number of classes reported by image classification; 5 by default. Only with `models`, one of which must classify images. */
        topK?: number;
        /** @description Custom labels to find jobs by: `key:value,key:value`. A comma in a value is `\,` and a backslash `\\`. */
        labels?: string;
      };
      header?: {
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        "multipart/form-data": {
          /** @description The files. The field may have any name, such as `image_files`, `image`, `file` or `files`. A part that is not a file is rejected by name; an empty file input is ignored. */
          images: string[];
        };
        "image/*": string;
        "application/json": components["schemas"]["JobJson"];
      };
    };
    responses: {
      /** @description The job is created and waits to be executed. */
      201: {
        headers: {
          Location: components["headers"]["Location"];
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "state": "created",
           *       "model": "faces-haar",
           *       "options": {
           *         "minSize": 48
           *       },
           *       "labels": {
           *         "album": "summer"
           *       },
           *       "priority": 5,
           *       "createdAt": "2026-11-21T12:00:00.000Z",
           *       "queuedAt": "2026-11-21T12:00:00.000Z",
           *       "startedAt": "2026-11-21T12:00:00.004Z",
           *       "images": {
           *         "total": 1465,
           *         "pending": 1020,
           *         "running": 4,
           *         "done": 440,
           *         "failed": 1
           *       },
           *       "progress": {
           *         "fraction": 0.301,
           *         "imagesPerSecond": 441.2,
           *         "etaSeconds": 3
           *       }
           *     }
           */
          "application/json": components["schemas"]["Job"];
        };
      };
      /** @description The job is queued and durable. */
      202: {
        headers: {
          Location: components["headers"]["Location"];
          "Retry-After": components["headers"]["Retry-After"];
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "state": "running",
           *       "model": "faces-haar",
           *       "options": {
           *         "minSize": 48
           *       },
           *       "labels": {
           *         "album": "summer"
           *       },
           *       "priority": 5,
           *       "createdAt": "2026-11-21T12:00:00.000Z",
           *       "queuedAt": "2026-11-21T12:00:00.000Z",
           *       "startedAt": "2026-11-21T12:00:00.004Z",
           *       "images": {
           *         "total": 1465,
           *         "pending": 1020,
           *         "running": 4,
           *         "done": 440,
           *         "failed": 1
           *       },
           *       "progress": {
           *         "fraction": 0.301,
           *         "imagesPerSecond": 441.2,
           *         "etaSeconds": 3
           *       }
           *     }
           */
          "application/json": components["schemas"]["Job"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `IMAGE_URLS_DISABLED`: The service does not fetch images by URL.
       *
       *     `INVALID_CALLBACK_URL`: The callback URL cannot be used.
       *
       *     `WEBHOOKS_DISABLED`: The service is not configured to send webhooks.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IDEMPOTENCY_KEY_IN_USE`: A request with this idempotency key is being processed. */
      409: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `TOO_MANY_IMAGES`: The request contains too many images.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `INVALID_IMAGE`: An image of the JSON body is neither base64 text nor an object with such text or a URL.
       *
       *     `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `QUOTA_EXCEEDED`: Too many images of the owner are waiting.
       *
       *     `STORAGE_QUOTA_EXCEEDED`: The images kept for the owner take as much room as they may.
       *
       *     `RATE_LIMITED`: Too many requests.
       */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_CORRUPT`: Stored data is damaged.
       *
       *     `INTERNAL_ERROR`: The service failed.
       */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `MODEL_UNAVAILABLE`: The model cannot be used.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  getJob: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "state": "running",
           *       "model": "faces-haar",
           *       "options": {
           *         "minSize": 48
           *       },
           *       "labels": {
           *         "album": "summer"
           *       },
           *       "priority": 5,
           *       "createdAt": "2026-11-21T12:00:00.000Z",
           *       "queuedAt": "2026-11-21T12:00:00.000Z",
           *       "startedAt": "2026-11-21T12:00:00.004Z",
           *       "images": {
           *         "total": 1465,
           *         "pending": 1020,
           *         "running": 4,
           *         "done": 440,
           *         "failed": 1
           *       },
           *       "progress": {
           *         "fraction": 0.301,
           *         "imagesPerSecond": 441.2,
           *         "etaSeconds": 3
           *       }
           *     }
           */
          "application/json": components["schemas"]["Job"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  deleteJob: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job was deleted. */
      204: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  addImages: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          /** @description The files. The field may have any name, such as `image_files`, `image`, `file` or `files`. A part that is not a file is rejected by name; an empty file input is ignored. */
          images: string[];
        };
        "image/*": string;
        "application/json": components["schemas"]["ImagesJson"];
      };
    };
    responses: {
      /** @description The job. */
      200: {
        headers: {
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "state": "created",
           *       "model": "faces-haar",
           *       "options": {
           *         "minSize": 48
           *       },
           *       "labels": {
           *         "album": "summer"
           *       },
           *       "priority": 5,
           *       "createdAt": "2026-11-21T12:00:00.000Z",
           *       "queuedAt": "2026-11-21T12:00:00.000Z",
           *       "startedAt": "2026-11-21T12:00:00.004Z",
           *       "images": {
           *         "total": 1465,
           *         "pending": 1020,
           *         "running": 4,
           *         "done": 440,
           *         "failed": 1
           *       },
           *       "progress": {
           *         "fraction": 0.301,
           *         "imagesPerSecond": 441.2,
           *         "etaSeconds": 3
           *       }
           *     }
           */
          "application/json": components["schemas"]["Job"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `IMAGE_URLS_DISABLED`: The service does not fetch images by URL.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `IDEMPOTENCY_KEY_IN_USE`: A request with this idempotency key is being processed.
       *
       *     `JOB_STATE_CONFLICT`: The job's state does not allow this.
       */
      409: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `TOO_MANY_IMAGES`: The request contains too many images.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `INVALID_IMAGE`: An image of the JSON body is neither base64 text nor an object with such text or a URL.
       *
       *     `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `QUOTA_EXCEEDED`: Too many images of the owner are waiting.
       *
       *     `STORAGE_QUOTA_EXCEEDED`: The images kept for the owner take as much room as they may.
       *
       *     `RATE_LIMITED`: Too many requests.
       */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_CORRUPT`: Stored data is damaged.
       *
       *     `INTERNAL_ERROR`: The service failed.
       */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  getPicture: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` of an answer that the client has: 304 if it is still the same. */
        "If-None-Match"?: components["parameters"]["If-None-Match"];
        /** @description The `ETag` of the only answer that is of use to the client: 412 for another. */
        "If-Match"?: components["parameters"]["If-Match"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
        /** @description The image's position in the order of upload. */
        index: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. */
      200: {
        headers: {
          "Content-Disposition": components["headers"]["Content-Disposition"];
          ETag: components["headers"]["ETag"];
          "Repr-Digest": components["headers"]["Repr-Digest"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "image/*": string;
          "application/octet-stream": string;
        };
      };
      /** @description The answer is the one whose `ETag` the request names in `If-None-Match`. */
      304: {
        headers: {
          ETag: components["headers"]["ETag"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `JOB_NOT_FOUND`: There is no such job.
       *
       *     `IMAGE_NOT_FOUND`: There is no such image.
       */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PICTURE_GONE`: The image is no longer kept. */
      410: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `STORE_CORRUPT`: Stored data is damaged. */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  executeJob: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job is queued. */
      202: {
        headers: {
          Location: components["headers"]["Location"];
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "state": "running",
           *       "model": "faces-haar",
           *       "options": {
           *         "minSize": 48
           *       },
           *       "labels": {
           *         "album": "summer"
           *       },
           *       "priority": 5,
           *       "createdAt": "2026-11-21T12:00:00.000Z",
           *       "queuedAt": "2026-11-21T12:00:00.000Z",
           *       "startedAt": "2026-11-21T12:00:00.004Z",
           *       "images": {
           *         "total": 1465,
           *         "pending": 1020,
           *         "running": 4,
           *         "done": 440,
           *         "failed": 1
           *       },
           *       "progress": {
           *         "fraction": 0.301,
           *         "imagesPerSecond": 441.2,
           *         "etaSeconds": 3
           *       }
           *     }
           */
          "application/json": components["schemas"]["Job"];
        };
      };
      /**
       * @description `NO_IMAGE`: The request contains no image.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `JOB_STATE_CONFLICT`: The job's state does not allow this. */
      409: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `OVERLOADED`: The service is at capacity.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  cancelJob: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "state": "cancelled",
           *       "model": "faces-haar",
           *       "options": {
           *         "minSize": 48
           *       },
           *       "labels": {
           *         "album": "summer"
           *       },
           *       "priority": 5,
           *       "createdAt": "2026-11-21T12:00:00.000Z",
           *       "queuedAt": "2026-11-21T12:00:00.000Z",
           *       "startedAt": "2026-11-21T12:00:00.004Z",
           *       "images": {
           *         "total": 1465,
           *         "pending": 1020,
           *         "running": 4,
           *         "done": 440,
           *         "failed": 1
           *       },
           *       "progress": {
           *         "fraction": 0.301,
           *         "imagesPerSecond": 441.2,
           *         "etaSeconds": 3
           *       }
           *     }
           */
          "application/json": components["schemas"]["Job"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `JOB_STATE_CONFLICT`: The job's state does not allow this. */
      409: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  retryJob: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job is queued. */
      202: {
        headers: {
          Location: components["headers"]["Location"];
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "state": "running",
           *       "model": "faces-haar",
           *       "options": {
           *         "minSize": 48
           *       },
           *       "labels": {
           *         "album": "summer"
           *       },
           *       "priority": 5,
           *       "createdAt": "2026-11-21T12:00:00.000Z",
           *       "queuedAt": "2026-11-21T12:00:00.000Z",
           *       "startedAt": "2026-11-21T12:00:00.004Z",
           *       "images": {
           *         "total": 1465,
           *         "pending": 1020,
           *         "running": 4,
           *         "done": 440,
           *         "failed": 1
           *       },
           *       "progress": {
           *         "fraction": 0.301,
           *         "imagesPerSecond": 441.2,
           *         "etaSeconds": 3
           *       }
           *     }
           */
          "application/json": components["schemas"]["Job"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `JOB_STATE_CONFLICT`: The job's state does not allow this. */
      409: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `QUOTA_EXCEEDED`: Too many images of the owner are waiting.
       *
       *     `RATE_LIMITED`: Too many requests.
       */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `OVERLOADED`: The service is at capacity.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listResults: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the previous page. */
        cursor?: string;
        /** @description Maximum items per page. A page of large results, above 16 MiB, has fewer. */
        limit?: number;
        /** @description Only images in this state. */
        state?: "pending" | "running" | "done" | "failed";
        /** @description Seconds to wait for the job to finish. The answer comes after 58 s at the latest, before proxies give up. */
        wait?: number;
      };
      header?: {
        /** @description The `ETag` of an answer that the client has: 304 if it is still the same. */
        "If-None-Match"?: components["parameters"]["If-None-Match"];
        /** @description The `ETag` of the only answer that is of use to the client: 412 for another. */
        "If-Match"?: components["parameters"]["If-Match"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of images. */
      200: {
        headers: {
          Link: components["headers"]["Link"];
          Vary: components["headers"]["Vary"];
          ETag: components["headers"]["ETag"];
          "Repr-Digest": components["headers"]["Repr-Digest"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "jobState": "running",
           *       "items": [
           *         {
           *           "index": 0,
           *           "fileName": "astronaut.png",
           *           "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *           "bytes": 791555,
           *           "state": "done",
           *           "attempts": 1,
           *           "result": {
           *             "width": 512,
           *             "height": 512,
           *             "faces": [
           *               [
           *                 170,
           *                 61,
           *                 108,
           *                 108
           *               ]
           *             ],
           *             "timings": {
           *               "queueMs": 0.975,
           *               "decodeMs": 5.353,
           *               "inferenceMs": 3.363
           *             }
           *           },
           *           "startedAt": "2026-11-21T12:00:00.004Z",
           *           "finishedAt": "2026-11-21T12:00:00.023Z"
           *         },
           *         {
           *           "index": 1,
           *           "fileName": "next.jpg",
           *           "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *           "bytes": 791555,
           *           "state": "pending",
           *           "attempts": 0
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["ResultsPage"];
          "application/x-ndjson": string;
        };
      };
      /** @description The answer is the one whose `ETag` the request names in `If-None-Match`. */
      304: {
        headers: {
          ETag: components["headers"]["ETag"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_ACCEPTABLE`: None of the accepted media types can be produced. */
      406: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  exportResults: {
    parameters: {
      query?: {
        /** @description A line for each image, or an array of all images. */
        format?: "csv" | "json";
        /** @description Only images in this state. */
        state?: "pending" | "running" | "done" | "failed";
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. */
      200: {
        headers: {
          "Content-Disposition": components["headers"]["Content-Disposition"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "text/csv": string;
          /**
           * @example [
           *       {
           *         "index": 0,
           *         "fileName": "astronaut.png",
           *         "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *         "bytes": 791555,
           *         "state": "done",
           *         "attempts": 1,
           *         "result": {
           *           "width": 512,
           *           "height": 512,
           *           "faces": [
           *             [
           *               170,
           *               61,
           *               108,
           *               108
           *             ]
           *           ],
           *           "timings": {
           *             "queueMs": 0.975,
           *             "decodeMs": 5.353,
           *             "inferenceMs": 3.363
           *           }
           *         },
           *         "startedAt": "2026-11-21T12:00:00.004Z",
           *         "finishedAt": "2026-11-21T12:00:00.023Z"
           *       },
           *       {
           *         "index": 1,
           *         "fileName": "next.jpg",
           *         "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *         "bytes": 791555,
           *         "state": "pending",
           *         "attempts": 0
           *       }
           *     ]
           */
          "application/json": components["schemas"]["JobImage"][];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listDeadLetters: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the previous page. */
        cursor?: string;
        /** @description Maximum items per page. */
        limit?: number;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of images. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "index": 7,
           *           "fileName": "strange.png",
           *           "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *           "bytes": 791555,
           *           "state": "failed",
           *           "attempts": 3,
           *           "problem": {
           *             "type": "/problems/NODE_LOST",
           *             "title": "The node processing the image was lost",
           *             "status": 503,
           *             "code": "NODE_LOST",
           *             "detail": "The node died while it processed the image."
           *           },
           *           "finishedAt": "2026-11-21T12:00:03.000Z"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["DeadLetterPage"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listEvents: {
    parameters: {
      query?: {
        /** @description Only events after this one, given by its sequence, or better by its id in the stream or in `Link`: that tells too whether the log still has the event. */
        after?: string;
        /** @description Maximum items per page. A page of large events, above 16 MiB, has fewer. */
        limit?: number;
        /** @description Seconds to wait for the first event. The answer comes after 58 s at the latest, before proxies give up. */
        wait?: number;
      };
      header?: {
        /** @description For a stream: only events after the one with this id. Goes before `after`. */
        "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events in order, in the form that was asked for. */
      200: {
        headers: {
          Link: components["headers"]["Link"];
          Vary: components["headers"]["Vary"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "specversion": "1.0",
           *           "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *           "source": "/v1/jobs",
           *           "type": "dev.sightline.job.created",
           *           "subject": "jobs/5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "time": "2026-11-21T12:00:00.000Z",
           *           "datacontenttype": "application/json",
           *           "sequence": 1,
           *           "data": {
           *             "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *             "state": "created",
           *             "run": 0,
           *             "model": "faces-haar",
           *             "labels": {
           *               "album": "summer"
           *             },
           *             "priority": 5
           *           }
           *         }
           *       ],
           *       "next": 1
           *     }
           */
          "application/json": components["schemas"]["EventPage"];
          /**
           * @example [
           *       {
           *         "specversion": "1.0",
           *         "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *         "source": "/v1/jobs",
           *         "type": "dev.sightline.job.created",
           *         "subject": "jobs/5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *         "time": "2026-11-21T12:00:00.000Z",
           *         "datacontenttype": "application/json",
           *         "sequence": "1",
           *         "sequencetype": "Integer",
           *         "data": {
           *           "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "state": "created",
           *           "run": 0,
           *           "model": "faces-haar",
           *           "labels": {
           *             "album": "summer"
           *           },
           *           "priority": 5
           *         }
           *       }
           *     ]
           */
          "application/cloudevents-batch+json": components["schemas"]["CloudEventBatch"];
          /**
           * @example {
           *       "specversion": "1.0",
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *       "source": "/v1/jobs",
           *       "type": "dev.sightline.job.created",
           *       "subject": "jobs/5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "time": "2026-11-21T12:00:00.000Z",
           *       "datacontenttype": "application/json",
           *       "sequence": "1",
           *       "sequencetype": "Integer",
           *       "data": {
           *         "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *         "state": "created",
           *         "run": 0,
           *         "model": "faces-haar",
           *         "labels": {
           *           "album": "summer"
           *         },
           *         "priority": 5
           *       }
           *     }
           */
          "application/cloudevents+json": components["schemas"]["CloudEvent"];
          "text/event-stream": string;
        };
      };
      /** @description There is no such event yet; only with `application/cloudevents+json`. */
      204: {
        headers: {
          Link: components["headers"]["Link"];
          Vary: components["headers"]["Vary"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_ACCEPTABLE`: None of the accepted media types can be produced. */
      406: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `CURSOR_GONE`: The event log does not have this position any more. */
      410: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listJobEvents: {
    parameters: {
      query?: {
        /** @description Only events after this one, given by its sequence, or better by its id in the stream or in `Link`: that tells too whether the log still has the event. */
        after?: string;
        /** @description Maximum items per page. A page of large events, above 16 MiB, has fewer. */
        limit?: number;
        /** @description Seconds to wait for the first event. The answer comes after 58 s at the latest, before proxies give up. */
        wait?: number;
      };
      header?: {
        /** @description For a stream: only events after the one with this id. Goes before `after`. */
        "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events in order, in the form that was asked for. */
      200: {
        headers: {
          Link: components["headers"]["Link"];
          Vary: components["headers"]["Vary"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "specversion": "1.0",
           *           "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *           "source": "/v1/jobs",
           *           "type": "dev.sightline.job.created",
           *           "subject": "jobs/5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "time": "2026-11-21T12:00:00.000Z",
           *           "datacontenttype": "application/json",
           *           "sequence": 1,
           *           "data": {
           *             "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *             "state": "created",
           *             "run": 0,
           *             "model": "faces-haar",
           *             "labels": {
           *               "album": "summer"
           *             },
           *             "priority": 5
           *           }
           *         }
           *       ],
           *       "next": 1
           *     }
           */
          "application/json": components["schemas"]["EventPage"];
          /**
           * @example [
           *       {
           *         "specversion": "1.0",
           *         "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *         "source": "/v1/jobs",
           *         "type": "dev.sightline.job.created",
           *         "subject": "jobs/5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *         "time": "2026-11-21T12:00:00.000Z",
           *         "datacontenttype": "application/json",
           *         "sequence": "1",
           *         "sequencetype": "Integer",
           *         "data": {
           *           "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "state": "created",
           *           "run": 0,
           *           "model": "faces-haar",
           *           "labels": {
           *             "album": "summer"
           *           },
           *           "priority": 5
           *         }
           *       }
           *     ]
           */
          "application/cloudevents-batch+json": components["schemas"]["CloudEventBatch"];
          /**
           * @example {
           *       "specversion": "1.0",
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *       "source": "/v1/jobs",
           *       "type": "dev.sightline.job.created",
           *       "subject": "jobs/5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "time": "2026-11-21T12:00:00.000Z",
           *       "datacontenttype": "application/json",
           *       "sequence": "1",
           *       "sequencetype": "Integer",
           *       "data": {
           *         "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *         "state": "created",
           *         "run": 0,
           *         "model": "faces-haar",
           *         "labels": {
           *           "album": "summer"
           *         },
           *         "priority": 5
           *       }
           *     }
           */
          "application/cloudevents+json": components["schemas"]["CloudEvent"];
          "text/event-stream": string;
        };
      };
      /** @description There is no such event yet; only with `application/cloudevents+json`. */
      204: {
        headers: {
          Link: components["headers"]["Link"];
          Vary: components["headers"]["Vary"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_ACCEPTABLE`: None of the accepted media types can be produced. */
      406: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `CURSOR_GONE`: The event log does not have this position any more. */
      410: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listWebhookSecrets: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The receivers, without their secrets. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "origin": "https://example.com",
           *           "createdAt": "2026-11-27T10:00:00.000Z",
           *           "previousUntil": "2026-11-28T10:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["ReceiverSecretList"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  rotateWebhookSecret: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Where webhooks go: the beginning of the `callbackUrl`, without its path, such as `https://example.com:8443`. */
          origin: string;
          /** @description How long the previous secret, or `WEBHOOK_SECRET` beside the first one, signs too, in seconds; a day by default. 0 ends it at once. */
          overlapSeconds?: number;
        };
      };
    };
    responses: {
      /** @description The secret. */
      201: {
        headers: {
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "origin": "https://example.com",
           *       "createdAt": "2026-11-27T10:00:00.000Z",
           *       "previousUntil": "2026-11-28T10:00:00.000Z",
           *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
           *     }
           */
          "application/json": components["schemas"]["CreatedReceiverSecret"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `INVALID_CALLBACK_URL`: The callback URL cannot be used.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `LIMIT_REACHED`: The owner has as many of these as it may. */
      409: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `REQUEST_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request. */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  removeWebhookSecret: {
    parameters: {
      query: {
        /** @description Where webhooks go: the beginning of the `callbackUrl`, without its path, such as `https://example.com:8443`. */
        origin: string;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The secret is removed. */
      204: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `INVALID_CALLBACK_URL`: The callback URL cannot be used.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `WEBHOOK_SECRET_NOT_FOUND`: There is no such secret. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listDeliveries: {
    parameters: {
      query?: {
        /** @description Only deliveries in this state. */
        state?: "given-up";
        /** @description `nextCursor` of the previous page. */
        cursor?: string;
        /** @description Maximum items per page. */
        limit?: number;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The deliveries. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *           "state": "given-up",
           *           "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "callbackUrl": "https://example.com/hook?…",
           *           "type": "dev.sightline.job.created",
           *           "time": "2026-11-21T12:00:00.000Z",
           *           "attempts": 12,
           *           "reason": "HTTP status 503",
           *           "givenUpAt": "2026-11-22T12:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["DeliveryPage"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  retryDelivery: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The id of its event. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It waits for its next attempt. */
      202: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *       "state": "waiting",
           *       "jobId": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "callbackUrl": "https://example.com/hook?…",
           *       "type": "dev.sightline.job.created",
           *       "time": "2026-11-21T12:00:00.000Z",
           *       "attempts": 0
           *     }
           */
          "application/json": components["schemas"]["Delivery"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `DELIVERY_NOT_FOUND`: There is no such delivery. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  openSession: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The session's key. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "key": "33a13f14-c6f3-4311-ad33-f8ccbe052ae5"
           *     }
           */
          "application/json": components["schemas"]["SessionKey"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  createSession: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The session's key. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "key": "33a13f14-c6f3-4311-ad33-f8ccbe052ae5"
           *     }
           */
          "application/json": components["schemas"]["SessionKey"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  eraseSession: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All data of the session was removed. */
      204: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `KEY_INVALID`: The key is not valid. */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SESSION_KEY_INVALID`: The session's key is missing or unknown.
       *
       *     `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  encode: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description `sha-256` of the image's bytes (RFC 9530). If the body is the raw image, it is verified against the body as sent: with a `Content-Encoding`, against the compressed bytes.
         * @example sha-256=:iEMc2WU8zVOXQbVV+wpGthVYswHUEQQStbwotebqbLU=:
         */
        "Repr-Digest"?: components["parameters"]["Repr-Digest"];
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    /** @description One image: as the only file of a form, as the body, or in base64 or by URL as JSON. */
    requestBody?: {
      content: {
        "multipart/form-data": {
          /** Format: binary */
          file: string;
        };
        "image/*": string;
        "application/json": components["schemas"]["ImagesJson"];
      };
    };
    responses: {
      /** @description The faces found. */
      200: {
        headers: {
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *       "model": "face-encoding",
           *       "version": "mobilefacenet-b7120c09",
           *       "width": 512,
           *       "height": 512,
           *       "faces": [
           *         {
           *           "box": [
           *             177,
           *             62,
           *             96,
           *             132
           *           ],
           *           "score": 0.913204,
           *           "encoding": [
           *             0.102345,
           *             -0.017211,
           *             0.063902,
           *             0.089127
           *           ],
           *           "quality": {
           *             "sharpness": 0.52,
           *             "size": 96,
           *             "brightness": 137.4,
           *             "pose": {
           *               "yaw": -8.3,
           *               "pitch": 2.1,
           *               "roll": 1.6
           *             }
           *           }
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["EncodedPicture"];
        };
      };
      /**
       * @description `NO_FACE`: The image shows no face.
       *
       *     `TOO_MANY_FACES`: The image shows too many faces.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `DIGEST_MISMATCH`: The content is not what its digest says.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `IMAGE_URLS_DISABLED`: The service does not fetch images by URL.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `KEY_INVALID`: The key is not valid. */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SESSION_FULL`: The session holds as many images as it may.
       *
       *     `SESSION_KEY_INVALID`: The session's key is missing or unknown.
       *
       *     `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `PICTURE_UNKNOWN`: The session has not sent this image.
       *
       *     `PRECONDITION_FAILED`: The resource is not in the version that the request is for.
       */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `TOO_MANY_IMAGES`: The request contains too many images.
       *
       *     `IMAGE_TOO_LARGE`: The image file is too large.
       *
       *     `TOO_MANY_PIXELS`: The image has too many pixels.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request.
       *
       *     `INVALID_IMAGE`: An image of the JSON body is neither base64 text nor an object with such text or a URL.
       *
       *     `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IMAGE_TOO_COMPLEX`: The image takes too much work to decode.
       *
       *     `IMAGE_REFUSED`: The image made the service fail before and is refused.
       *
       *     `IMAGE_URL_REFUSED`: The service does not fetch images from this URL.
       *
       *     `IMAGE_FETCH_FAILED`: The image could not be fetched from its URL.
       *
       *     `IMAGE_FETCH_TIMEOUT`: The image could not be fetched from its URL in time.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `ENCODER_FAILED`: The remote encoder gave no usable answer. */
      502: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `ENCODER_UNAVAILABLE`: The remote encoder has failed too often.
       *
       *     `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `WORKER_LOST`: The worker processing the image died.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `ENCODER_TIMEOUT`: The remote encoder did not answer in time.
       *
       *     `IMAGE_TIMEOUT`: The image was not processed in time.
       */
      504: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  summary: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The encodings of each image. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "image_encodings": [
           *         {
           *           "faces": [
           *             {
           *               "encoding": [
           *                 0.102345,
           *                 -0.017211,
           *                 0.063902,
           *                 0.089127
           *               ]
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["Summary"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `KEY_INVALID`: The key is not valid. */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SESSION_KEY_INVALID`: The session's key is missing or unknown.
       *
       *     `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  uploadFile: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    /** @description One image: as the only file of a form, as the body, or in base64 or by URL as JSON. */
    requestBody: {
      content: {
        "multipart/form-data": {
          /** Format: binary */
          file: string;
        };
        "image/*": string;
        "application/json": components["schemas"]["ImagesJson"];
      };
    };
    responses: {
      /** @description The upload. */
      201: {
        headers: {
          Location: components["headers"]["Location"];
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "status": "created",
           *       "face_encoding": null
           *     }
           */
          "application/json": components["schemas"]["UploadedFile"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `IMAGE_URLS_DISABLED`: The service does not fetch images by URL.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IDEMPOTENCY_KEY_IN_USE`: A request with this idempotency key is being processed. */
      409: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `TOO_MANY_IMAGES`: The request contains too many images.
       *
       *     `IMAGE_TOO_LARGE`: The image file is too large.
       *
       *     `TOO_MANY_PIXELS`: The image has too many pixels.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `INVALID_IMAGE`: An image of the JSON body is neither base64 text nor an object with such text or a URL.
       *
       *     `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request.
       *
       *     `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IMAGE_TOO_COMPLEX`: The image takes too much work to decode.
       *
       *     `IMAGE_REFUSED`: The image made the service fail before and is refused.
       *
       *     `IMAGE_URL_REFUSED`: The service does not fetch images from this URL.
       *
       *     `IMAGE_FETCH_FAILED`: The image could not be fetched from its URL.
       *
       *     `IMAGE_FETCH_TIMEOUT`: The image could not be fetched from its URL in time.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `QUOTA_EXCEEDED`: Too many images of the owner are waiting.
       *
       *     `STORAGE_QUOTA_EXCEEDED`: The images kept for the owner take as much room as they may.
       *
       *     `RATE_LIMITED`: Too many requests.
       */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `STORE_CORRUPT`: Stored data is damaged.
       *
       *     `INTERNAL_ERROR`: The service failed.
       */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       *
       *     `MODEL_UNAVAILABLE`: The model cannot be used.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  getFaceEncoding: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The job's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The upload. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *       "status": "completed",
           *       "face_encoding": [
           *         0.102345,
           *         -0.017211,
           *         0.063902,
           *         0.089127
           *       ]
           *     }
           */
          "application/json": components["schemas"]["UploadedFile"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  getStats: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The counts. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "total": 1465,
           *       "created": 20,
           *       "completed": 1444,
           *       "failed": 1,
           *       "models": [
           *         {
           *           "model": "face-encoding",
           *           "total": 1465,
           *           "created": 20,
           *           "completed": 1444,
           *           "failed": 1
           *         }
           *       ],
           *       "days": [
           *         {
           *           "day": "2026-11-21",
           *           "total": 1465,
           *           "created": 20,
           *           "completed": 1444,
           *           "failed": 1
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["Stats"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  getMeanEncoding: {
    parameters: {
      query?: {
        /** @description Only images done at or after this time. */
        from?: string;
        /** @description Only images done before this time. */
        to?: string;
        /** @description Only encodings by this model. */
        model?: string;
        /** @description The model's version; defaults to that of the newest result. */
        version?: string;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The mean. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "avg": [
           *         0.102345,
           *         -0.017211,
           *         0.063902,
           *         0.089127
           *       ],
           *       "variance": [
           *         0.0071,
           *         0.0078,
           *         0.0069,
           *         0.0081
           *       ],
           *       "count": 1502,
           *       "images": 1444,
           *       "skipped": 3,
           *       "model": "face-encoding",
           *       "version": "mobilefacenet-b7120c09",
           *       "versions": [
           *         {
           *           "version": "mobilefacenet-b7120c09",
           *           "count": 1502
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["MeanEncoding"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  compareFaces: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          images: string[];
        };
        "application/json": components["schemas"]["CompareJson"];
      };
    };
    responses: {
      /** @description The comparison. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "similarity": 0.7134,
           *       "distance": 0.7571,
           *       "samePerson": true,
           *       "threshold": 0.305,
           *       "model": "face-encoding",
           *       "version": "mobilefacenet-b7120c09",
           *       "quality": []
           *     }
           */
          "application/json": components["schemas"]["Comparison"];
        };
      };
      /**
       * @description `NO_FACE`: The image shows no face.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `IMAGE_URLS_DISABLED`: The service does not fetch images by URL.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `TOO_MANY_IMAGES`: The request contains too many images.
       *
       *     `IMAGE_TOO_LARGE`: The image file is too large.
       *
       *     `TOO_MANY_PIXELS`: The image has too many pixels.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `INVALID_IMAGE`: An image of the JSON body is neither base64 text nor an object with such text or a URL.
       *
       *     `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IMAGE_TOO_COMPLEX`: The image takes too much work to decode.
       *
       *     `IMAGE_REFUSED`: The image made the service fail before and is refused.
       *
       *     `IMAGE_URL_REFUSED`: The service does not fetch images from this URL.
       *
       *     `IMAGE_FETCH_FAILED`: The image could not be fetched from its URL.
       *
       *     `IMAGE_FETCH_TIMEOUT`: The image could not be fetched from its URL in time.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `ENCODER_FAILED`: The remote encoder gave no usable answer. */
      502: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `ENCODER_UNAVAILABLE`: The remote encoder has failed too often.
       *
       *     `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `WORKER_LOST`: The worker processing the image died.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `ENCODER_TIMEOUT`: The remote encoder did not answer in time.
       *
       *     `IMAGE_TIMEOUT`: The image was not processed in time.
       */
      504: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listCollections: {
    parameters: {
      query?: {
        /** @description Maximum items per page. */
        limit?: number;
        /** @description `nextCursor` of the previous page: a name. */
        cursor?: string;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of collections. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "name": "staff",
           *           "model": "face-encoding",
           *           "version": "mobilefacenet-b7120c09",
           *           "faces": 120,
           *           "requirements": {
           *             "minSharpness": 0.35,
           *             "minSize": 40,
           *             "maxYaw": 45,
           *             "minDistance": 0.3
           *           },
           *           "createdAt": "2026-11-21T12:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["CollectionPage"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  createCollection: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NewCollection"];
      };
    };
    responses: {
      /** @description The collection. */
      201: {
        headers: {
          Location: components["headers"]["Location"];
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "staff",
           *       "model": "face-encoding",
           *       "version": "mobilefacenet-b7120c09",
           *       "faces": 0,
           *       "requirements": {
           *         "minSharpness": 0.35,
           *         "minSize": 40,
           *         "maxYaw": 45,
           *         "minDistance": 0.3
           *       },
           *       "createdAt": "2026-11-21T12:00:00.000Z"
           *     }
           */
          "application/json": components["schemas"]["CollectionView"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `COLLECTION_EXISTS`: There is a collection of this name.
       *
       *     `LIMIT_REACHED`: The owner has as many of these as it may.
       */
      409: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `REQUEST_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request. */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  getCollection: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The collection's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The collection. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "staff",
           *       "model": "face-encoding",
           *       "version": "mobilefacenet-b7120c09",
           *       "faces": 120,
           *       "requirements": {
           *         "minSharpness": 0.35,
           *         "minSize": 40,
           *         "maxYaw": 45,
           *         "minDistance": 0.3
           *       },
           *       "createdAt": "2026-11-21T12:00:00.000Z"
           *     }
           */
          "application/json": components["schemas"]["CollectionView"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `COLLECTION_NOT_FOUND`: There is no such collection. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  deleteCollection: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The collection's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The collection and its faces were deleted. */
      204: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `COLLECTION_NOT_FOUND`: There is no such collection. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listFaces: {
    parameters: {
      query?: {
        /** @description Maximum items per page. */
        limit?: number;
        /** @description `nextCursor` of the previous page. */
        cursor?: string;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The collection's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of faces. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "0d9a6c5e-58a5-4f0c-8f55-7a0c6c1b7d11",
           *           "label": "Ada",
           *           "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *           "box": [
           *             177,
           *             62,
           *             96,
           *             132
           *           ],
           *           "quality": {
           *             "sharpness": 0.52,
           *             "size": 96,
           *             "brightness": 137.4,
           *             "pose": {
           *               "yaw": -8.3,
           *               "pitch": 2.1,
           *               "roll": 1.6
           *             }
           *           },
           *           "addedAt": "2026-11-21T12:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["FacePage"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `COLLECTION_NOT_FOUND`: There is no such collection. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  addFaces: {
    parameters: {
      query?: {
        /** @description Custom text, such as a name. */
        label?: string;
      };
      header?: {
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The collection's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          images: string[];
        };
        "application/json": components["schemas"]["FacesJson"];
        "image/*": string;
      };
    };
    responses: {
      /** @description The faces added. */
      201: {
        headers: {
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "0d9a6c5e-58a5-4f0c-8f55-7a0c6c1b7d11",
           *           "label": "Ada",
           *           "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *           "box": [
           *             177,
           *             62,
           *             96,
           *             132
           *           ],
           *           "quality": {
           *             "sharpness": 0.52,
           *             "size": 96,
           *             "brightness": 137.4,
           *             "pose": {
           *               "yaw": -8.3,
           *               "pitch": 2.1,
           *               "roll": 1.6
           *             }
           *           },
           *           "addedAt": "2026-11-21T12:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["FaceList"];
        };
      };
      /**
       * @description `NO_FACE`: The image shows no face.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `IMAGE_URLS_DISABLED`: The service does not fetch images by URL.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `COLLECTION_NOT_FOUND`: There is no such collection.
       *
       *     `MODEL_NOT_FOUND`: There is no such model.
       */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `COLLECTION_CONFLICT`: The collection is of another version of the model.
       *
       *     `COLLECTION_FULL`: The collection holds as many faces as it may.
       *
       *     `DUPLICATE_FACE`: The face is in the collection already.
       */
      409: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `TOO_MANY_IMAGES`: The request contains too many images.
       *
       *     `IMAGE_TOO_LARGE`: The image file is too large.
       *
       *     `TOO_MANY_PIXELS`: The image has too many pixels.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `FACE_QUALITY`: The face cannot be seen well enough for the collection.
       *
       *     `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request.
       *
       *     `INVALID_IMAGE`: An image of the JSON body is neither base64 text nor an object with such text or a URL.
       *
       *     `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IMAGE_TOO_COMPLEX`: The image takes too much work to decode.
       *
       *     `IMAGE_REFUSED`: The image made the service fail before and is refused.
       *
       *     `IMAGE_URL_REFUSED`: The service does not fetch images from this URL.
       *
       *     `IMAGE_FETCH_FAILED`: The image could not be fetched from its URL.
       *
       *     `IMAGE_FETCH_TIMEOUT`: The image could not be fetched from its URL in time.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `ENCODER_FAILED`: The remote encoder gave no usable answer. */
      502: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `ENCODER_UNAVAILABLE`: The remote encoder has failed too often.
       *
       *     `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `WORKER_LOST`: The worker processing the image died.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `ENCODER_TIMEOUT`: The remote encoder did not answer in time.
       *
       *     `IMAGE_TIMEOUT`: The image was not processed in time.
       */
      504: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  removeFace: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The collection's name. */
        name: string;
        /** @description The face's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The face was removed. */
      204: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `COLLECTION_NOT_FOUND`: There is no such collection.
       *
       *     `FACE_NOT_FOUND`: There is no such face.
       */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  searchFaces: {
    parameters: {
      query?: {
        /** @description Maximum results. */
        limit?: number;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The collection's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          images: string[];
        };
        "application/json": components["schemas"]["FaceJson"];
        "image/*": string;
      };
    };
    responses: {
      /** @description The nearest faces, best first. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "0d9a6c5e-58a5-4f0c-8f55-7a0c6c1b7d11",
           *           "label": "Ada",
           *           "sha256": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
           *           "box": [
           *             177,
           *             62,
           *             96,
           *             132
           *           ],
           *           "quality": {
           *             "sharpness": 0.52,
           *             "size": 96,
           *             "brightness": 137.4,
           *             "pose": {
           *               "yaw": -8.3,
           *               "pitch": 2.1,
           *               "roll": 1.6
           *             }
           *           },
           *           "addedAt": "2026-11-21T12:00:00.000Z",
           *           "similarity": 0.71,
           *           "samePerson": true
           *         }
           *       ],
           *       "searched": 120,
           *       "model": "face-encoding",
           *       "version": "mobilefacenet-b7120c09"
           *     }
           */
          "application/json": components["schemas"]["MatchList"];
        };
      };
      /**
       * @description `NO_FACE`: The image shows no face.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `IMAGE_URLS_DISABLED`: The service does not fetch images by URL.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `COLLECTION_NOT_FOUND`: There is no such collection.
       *
       *     `MODEL_NOT_FOUND`: There is no such model.
       */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `COLLECTION_CONFLICT`: The collection is of another version of the model. */
      409: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `TOO_MANY_IMAGES`: The request contains too many images.
       *
       *     `IMAGE_TOO_LARGE`: The image file is too large.
       *
       *     `TOO_MANY_PIXELS`: The image has too many pixels.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `INVALID_IMAGE`: An image of the JSON body is neither base64 text nor an object with such text or a URL.
       *
       *     `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IMAGE_TOO_COMPLEX`: The image takes too much work to decode.
       *
       *     `IMAGE_REFUSED`: The image made the service fail before and is refused.
       *
       *     `IMAGE_URL_REFUSED`: The service does not fetch images from this URL.
       *
       *     `IMAGE_FETCH_FAILED`: The image could not be fetched from its URL.
       *
       *     `IMAGE_FETCH_TIMEOUT`: The image could not be fetched from its URL in time.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `ENCODER_FAILED`: The remote encoder gave no usable answer. */
      502: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `ENCODER_UNAVAILABLE`: The remote encoder has failed too often.
       *
       *     `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `WORKER_LOST`: The worker processing the image died.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `ENCODER_TIMEOUT`: The remote encoder did not answer in time.
       *
       *     `IMAGE_TIMEOUT`: The image was not processed in time.
       */
      504: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listModels: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` of an answer that the client has: 304 if it is still the same. */
        "If-None-Match"?: components["parameters"]["If-None-Match"];
        /** @description The `ETag` of the only answer that is of use to the client: 412 for another. */
        "If-Match"?: components["parameters"]["If-Match"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The models of the service. */
      200: {
        headers: {
          ETag: components["headers"]["ETag"];
          "Repr-Digest": components["headers"]["Repr-Digest"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "name": "faces-haar",
           *           "task": "face-detection",
           *           "version": "frontalface-default-0f7d4527",
           *           "licence": "Intel License Agreement for Open Source Computer Vision Library (BSD-like)",
           *           "files": [
           *             {
           *               "name": "haarcascade_frontalface_default.xml",
           *               "sha256": "0f7d4527844eb514d4a4948e822da90fbb16a34a0bbbbc6adc6498747a5aafb0",
           *               "bytes": 930127
           *             }
           *           ],
           *           "input": "Greyscale, histogram-equalized, full size. Finds upright, frontal faces of `minSize` pixels or more; in an image that is too small for these, smaller ones.",
           *           "thresholds": {},
           *           "quality": [
           *             {
           *               "measure": "LFW: images out of 500 in which the main face is found, and boxes beside it, with minSize 0",
           *               "value": "492 and 17",
           *               "source": "the project's own measurement"
           *             }
           *           ],
           *           "engine": {
           *             "name": "exact",
           *             "instructionSet": "avx2"
           *           },
           *           "state": "ready"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["ModelPage"];
        };
      };
      /** @description The answer is the one whose `ETag` the request names in `If-None-Match`. */
      304: {
        headers: {
          ETag: components["headers"]["ETag"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  getModel: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` of an answer that the client has: 304 if it is still the same. */
        "If-None-Match"?: components["parameters"]["If-None-Match"];
        /** @description The `ETag` of the only answer that is of use to the client: 412 for another. */
        "If-Match"?: components["parameters"]["If-Match"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
          ETag: components["headers"]["ETag"];
          "Repr-Digest": components["headers"]["Repr-Digest"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "faces-haar",
           *       "task": "face-detection",
           *       "version": "frontalface-default-0f7d4527",
           *       "licence": "Intel License Agreement for Open Source Computer Vision Library (BSD-like)",
           *       "files": [
           *         {
           *           "name": "haarcascade_frontalface_default.xml",
           *           "sha256": "0f7d4527844eb514d4a4948e822da90fbb16a34a0bbbbc6adc6498747a5aafb0",
           *           "bytes": 930127
           *         }
           *       ],
           *       "input": "Greyscale, histogram-equalized, full size. Finds upright, frontal faces of `minSize` pixels or more; in an image that is too small for these, smaller ones.",
           *       "thresholds": {},
           *       "quality": [
           *         {
           *           "measure": "LFW: images out of 500 in which the main face is found, and boxes beside it, with minSize 0",
           *           "value": "492 and 17",
           *           "source": "the project's own measurement"
           *         }
           *       ],
           *       "engine": {
           *         "name": "exact",
           *         "instructionSet": "avx2"
           *       },
           *       "state": "ready"
           *     }
           */
          "application/json": components["schemas"]["Model"];
        };
      };
      /** @description The answer is the one whose `ETag` the request names in `If-None-Match`. */
      304: {
        headers: {
          ETag: components["headers"]["ETag"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceServer: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The server. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "sightline",
           *       "version": "0.1.0",
           *       "extensions": [
           *         "binary_tensor_data",
           *         "model_configuration",
           *         "model_repository",
           *         "parameters",
           *         "statistics"
           *       ]
           *     }
           */
          "application/json": {
            name: string;
            version: string;
            extensions: string[];
          };
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      default: components["responses"]["default"];
    };
  };
  inferenceLive: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The gateway is alive. */
      200: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "live": true
           *     }
           */
          "application/json": {
            live: boolean;
          };
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      431: components["responses"]["431"];
      default: components["responses"]["default"];
    };
  };
  inferenceReady: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Images can be processed. */
      200: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "ready": true
           *     }
           */
          "application/json": {
            ready: boolean;
          };
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceModel: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "classify",
           *       "versions": [
           *         "mobilenetv2-12-int8-cc028fe6"
           *       ],
           *       "platform": "onnxruntime_onnx",
           *       "inputs": [
           *         {
           *           "name": "image",
           *           "datatype": "BYTES",
           *           "shape": [
           *             1
           *           ]
           *         },
           *         {
           *           "name": "input",
           *           "shape": [
           *             -1,
           *             3,
           *             224,
           *             224
           *           ],
           *           "datatype": "FP32"
           *         }
           *       ],
           *       "outputs": [
           *         {
           *           "name": "labels",
           *           "datatype": "BYTES",
           *           "shape": [
           *             -1
           *           ]
           *         },
           *         {
           *           "name": "scores",
           *           "datatype": "FP32",
           *           "shape": [
           *             -1
           *           ]
           *         },
           *         {
           *           "name": "output",
           *           "shape": [
           *             -1,
           *             1000
           *           ],
           *           "datatype": "FP32"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["ModelMetadata"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceModelVersion: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
        /** @description As given in the model's metadata. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "classify",
           *       "versions": [
           *         "mobilenetv2-12-int8-cc028fe6"
           *       ],
           *       "platform": "onnxruntime_onnx",
           *       "inputs": [
           *         {
           *           "name": "image",
           *           "datatype": "BYTES",
           *           "shape": [
           *             1
           *           ]
           *         },
           *         {
           *           "name": "input",
           *           "shape": [
           *             -1,
           *             3,
           *             224,
           *             224
           *           ],
           *           "datatype": "FP32"
           *         }
           *       ],
           *       "outputs": [
           *         {
           *           "name": "labels",
           *           "datatype": "BYTES",
           *           "shape": [
           *             -1
           *           ]
           *         },
           *         {
           *           "name": "scores",
           *           "datatype": "FP32",
           *           "shape": [
           *             -1
           *           ]
           *         },
           *         {
           *           "name": "output",
           *           "shape": [
           *             -1,
           *             1000
           *           ],
           *           "datatype": "FP32"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["ModelMetadata"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceModelReady: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model can be used. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "classify",
           *       "ready": true
           *     }
           */
          "application/json": {
            name: string;
            ready: boolean;
          };
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceModelReadyVersion: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
        /** @description As given in the model's metadata. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model can be used. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "classify",
           *       "ready": true
           *     }
           */
          "application/json": {
            name: string;
            ready: boolean;
          };
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceModelConfig: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model's configuration. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "classify",
           *       "platform": "onnxruntime_onnx",
           *       "backend": "onnxruntime",
           *       "version_policy": {
           *         "latest": {
           *           "num_versions": 1
           *         }
           *       },
           *       "max_batch_size": 0,
           *       "input": [
           *         {
           *           "name": "image",
           *           "data_type": "TYPE_STRING",
           *           "dims": [
           *             1
           *           ],
           *           "optional": true
           *         },
           *         {
           *           "name": "input",
           *           "data_type": "TYPE_FP32",
           *           "dims": [
           *             -1,
           *             3,
           *             224,
           *             224
           *           ],
           *           "optional": true
           *         }
           *       ],
           *       "output": [
           *         {
           *           "name": "labels",
           *           "data_type": "TYPE_STRING",
           *           "dims": [
           *             -1
           *           ]
           *         },
           *         {
           *           "name": "scores",
           *           "data_type": "TYPE_FP32",
           *           "dims": [
           *             -1
           *           ]
           *         },
           *         {
           *           "name": "output",
           *           "data_type": "TYPE_FP32",
           *           "dims": [
           *             -1,
           *             1000
           *           ]
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["ModelConfig"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceModelConfigVersion: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
        /** @description As given in the model's metadata. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model's configuration. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "classify",
           *       "platform": "onnxruntime_onnx",
           *       "backend": "onnxruntime",
           *       "version_policy": {
           *         "latest": {
           *           "num_versions": 1
           *         }
           *       },
           *       "max_batch_size": 0,
           *       "input": [
           *         {
           *           "name": "image",
           *           "data_type": "TYPE_STRING",
           *           "dims": [
           *             1
           *           ],
           *           "optional": true
           *         },
           *         {
           *           "name": "input",
           *           "data_type": "TYPE_FP32",
           *           "dims": [
           *             -1,
           *             3,
           *             224,
           *             224
           *           ],
           *           "optional": true
           *         }
           *       ],
           *       "output": [
           *         {
           *           "name": "labels",
           *           "data_type": "TYPE_STRING",
           *           "dims": [
           *             -1
           *           ]
           *         },
           *         {
           *           "name": "scores",
           *           "data_type": "TYPE_FP32",
           *           "dims": [
           *             -1
           *           ]
           *         },
           *         {
           *           "name": "output",
           *           "data_type": "TYPE_FP32",
           *           "dims": [
           *             -1,
           *             1000
           *           ]
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["ModelConfig"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceStatistics: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The statistics. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "model_stats": [
           *         {
           *           "name": "classify",
           *           "version": "mobilenetv2-12-int8-cc028fe6",
           *           "last_inference": 1795800000000,
           *           "inference_count": 2,
           *           "execution_count": 2,
           *           "inference_stats": {
           *             "success": {
           *               "count": 2,
           *               "ns": 12680000
           *             },
           *             "fail": {
           *               "count": 1,
           *               "ns": 310000
           *             },
           *             "queue": {
           *               "count": 2,
           *               "ns": 80000
           *             },
           *             "compute_input": {
           *               "count": 2,
           *               "ns": 6400000
           *             },
           *             "compute_infer": {
           *               "count": 2,
           *               "ns": 6200000
           *             },
           *             "compute_output": {
           *               "count": 2,
           *               "ns": 0
           *             }
           *           },
           *           "batch_stats": []
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["StatisticsList"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceModelStatistics: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The statistics. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "model_stats": [
           *         {
           *           "name": "classify",
           *           "version": "mobilenetv2-12-int8-cc028fe6",
           *           "last_inference": 1795800000000,
           *           "inference_count": 2,
           *           "execution_count": 2,
           *           "inference_stats": {
           *             "success": {
           *               "count": 2,
           *               "ns": 12680000
           *             },
           *             "fail": {
           *               "count": 1,
           *               "ns": 310000
           *             },
           *             "queue": {
           *               "count": 2,
           *               "ns": 80000
           *             },
           *             "compute_input": {
           *               "count": 2,
           *               "ns": 6400000
           *             },
           *             "compute_infer": {
           *               "count": 2,
           *               "ns": 6200000
           *             },
           *             "compute_output": {
           *               "count": 2,
           *               "ns": 0
           *             }
           *           },
           *           "batch_stats": []
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["StatisticsList"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceModelStatisticsVersion: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
        /** @description As given in the model's metadata. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The statistics. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "model_stats": [
           *         {
           *           "name": "classify",
           *           "version": "mobilenetv2-12-int8-cc028fe6",
           *           "last_inference": 1795800000000,
           *           "inference_count": 2,
           *           "execution_count": 2,
           *           "inference_stats": {
           *             "success": {
           *               "count": 2,
           *               "ns": 12680000
           *             },
           *             "fail": {
           *               "count": 1,
           *               "ns": 310000
           *             },
           *             "queue": {
           *               "count": 2,
           *               "ns": 80000
           *             },
           *             "compute_input": {
           *               "count": 2,
           *               "ns": 6400000
           *             },
           *             "compute_infer": {
           *               "count": 2,
           *               "ns": 6200000
           *             },
           *             "compute_output": {
           *               "count": 2,
           *               "ns": 0
           *             }
           *           },
           *           "batch_stats": []
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["StatisticsList"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferenceRepositoryIndex: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["RepositoryIndexRequest"];
      };
    };
    responses: {
      /** @description The models. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       {
           *         "name": "faces-haar",
           *         "version": "opencv-4.6.0",
           *         "state": "READY",
           *         "reason": ""
           *       },
           *       {
           *         "name": "classify",
           *         "version": "mobilenetv2-12-int8-cc028fe6",
           *         "state": "UNAVAILABLE",
           *         "reason": "mobilenetv2.onnx is missing"
           *       }
           *     ]
           */
          "application/json": components["schemas"]["RepositoryIndex"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `REQUEST_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  loadModel: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["LoadRequest"];
      };
    };
    responses: {
      /** @description The model. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "faces-haar",
           *       "version": "opencv-4.6.0",
           *       "state": "READY",
           *       "reason": ""
           *     }
           */
          "application/json": components["schemas"]["RepositoryModel"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `REQUEST_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  unloadModel: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["UnloadRequest"];
      };
    };
    responses: {
      /** @description The model. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "classify",
           *       "version": "mobilenetv2-12-int8-cc028fe6",
           *       "state": "UNAVAILABLE",
           *       "reason": "it was unloaded"
           *     }
           */
          "application/json": components["schemas"]["RepositoryModel"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `REQUEST_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  infer: {
    parameters: {
      query?: never;
      header?: {
        /** @description Size in bytes of the JSON if a binary tensor follows it (the protocol's binary tensor extension). */
        "Inference-Header-Content-Length"?: components["parameters"]["Inference-Header-Content-Length"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "id": "1",
         *       "parameters": {
         *         "topK": 2
         *       },
         *       "inputs": [
         *         {
         *           "name": "image",
         *           "shape": [
         *             1
         *           ],
         *           "datatype": "BYTES",
         *           "data": [
         *             "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR42mP8zwABTAwUMQBJQQEPkWFcdwAAAABJRU5ErkJggg=="
         *           ]
         *         }
         *       ]
         *     }
         */
        "application/json": components["schemas"]["InferenceRequest"];
        "application/octet-stream": string;
      };
    };
    responses: {
      /** @description The outputs. */
      200: {
        headers: {
          "Inference-Header-Content-Length": components["headers"]["Inference-Header-Content-Length"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "1",
           *       "model_name": "classify",
           *       "model_version": "mobilenetv2-12-int8-cc028fe6",
           *       "outputs": [
           *         {
           *           "name": "labels",
           *           "datatype": "BYTES",
           *           "shape": [
           *             2
           *           ],
           *           "data": [
           *             "Egyptian cat",
           *             "tiger cat"
           *           ]
           *         },
           *         {
           *           "name": "scores",
           *           "datatype": "FP32",
           *           "shape": [
           *             2
           *           ],
           *           "data": [
           *             0.669994,
           *             0.186068
           *           ]
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["InferenceResponse"];
          "application/octet-stream": string;
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `INVALID_TENSOR`: A tensor does not fit the model.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `IMAGE_TOO_LARGE`: The image file is too large.
       *
       *     `TOO_MANY_PIXELS`: The image has too many pixels.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IMAGE_TOO_COMPLEX`: The image takes too much work to decode.
       *
       *     `IMAGE_REFUSED`: The image made the service fail before and is refused.
       *
       *     `IMAGE_URL_REFUSED`: The service does not fetch images from this URL.
       *
       *     `IMAGE_FETCH_FAILED`: The image could not be fetched from its URL.
       *
       *     `IMAGE_FETCH_TIMEOUT`: The image could not be fetched from its URL in time.
       *
       *     `DETECTION_TOO_COSTLY`: The detection takes too much work.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `INTERNAL_ERROR`: The service failed. */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `WORKER_LOST`: The worker processing the image died.
       *
       *     `NODE_LOST`: The node processing the image was lost.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IMAGE_TIMEOUT`: The image was not processed in time. */
      504: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  inferVersion: {
    parameters: {
      query?: never;
      header?: {
        /** @description Size in bytes of the JSON if a binary tensor follows it (the protocol's binary tensor extension). */
        "Inference-Header-Content-Length"?: components["parameters"]["Inference-Header-Content-Length"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The model's name. */
        name: string;
        /** @description As given in the model's metadata. */
        version: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "id": "1",
         *       "parameters": {
         *         "topK": 2
         *       },
         *       "inputs": [
         *         {
         *           "name": "image",
         *           "shape": [
         *             1
         *           ],
         *           "datatype": "BYTES",
         *           "data": [
         *             "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR42mP8zwABTAwUMQBJQQEPkWFcdwAAAABJRU5ErkJggg=="
         *           ]
         *         }
         *       ]
         *     }
         */
        "application/json": components["schemas"]["InferenceRequest"];
        "application/octet-stream": string;
      };
    };
    responses: {
      /** @description The outputs. */
      200: {
        headers: {
          "Inference-Header-Content-Length": components["headers"]["Inference-Header-Content-Length"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "1",
           *       "model_name": "classify",
           *       "model_version": "mobilenetv2-12-int8-cc028fe6",
           *       "outputs": [
           *         {
           *           "name": "labels",
           *           "datatype": "BYTES",
           *           "shape": [
           *             2
           *           ],
           *           "data": [
           *             "Egyptian cat",
           *             "tiger cat"
           *           ]
           *         },
           *         {
           *           "name": "scores",
           *           "datatype": "FP32",
           *           "shape": [
           *             2
           *           ],
           *           "data": [
           *             0.669994,
           *             0.186068
           *           ]
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["InferenceResponse"];
          "application/octet-stream": string;
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `INVALID_TENSOR`: A tensor does not fit the model.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `REQUEST_TOO_LARGE`: The request body is too large.
       *
       *     `IMAGE_TOO_LARGE`: The image file is too large.
       *
       *     `TOO_MANY_PIXELS`: The image has too many pixels.
       */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /**
       * @description `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IMAGE_TOO_COMPLEX`: The image takes too much work to decode.
       *
       *     `IMAGE_REFUSED`: The image made the service fail before and is refused.
       *
       *     `IMAGE_URL_REFUSED`: The service does not fetch images from this URL.
       *
       *     `IMAGE_FETCH_FAILED`: The image could not be fetched from its URL.
       *
       *     `IMAGE_FETCH_TIMEOUT`: The image could not be fetched from its URL in time.
       *
       *     `DETECTION_TOO_COSTLY`: The detection takes too much work.
       */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `INTERNAL_ERROR`: The service failed. */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `MODEL_UNAVAILABLE`: The model cannot be used.
       *
       *     `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `OVERLOADED`: The service is at capacity.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `WORKER_LOST`: The worker processing the image died.
       *
       *     `NODE_LOST`: The node processing the image was lost.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IMAGE_TIMEOUT`: The image was not processed in time. */
      504: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listKeys: {
    parameters: {
      query?: {
        /** @description Keys of a page; default: 100. */
        limit?: number;
        /** @description `nextCursor` of the previous page. */
        cursor?: string;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of keys. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "21f19c8a-54f7-4eca-9eaf-1279daa54473",
           *           "owner": "0aa46eff-7528-49d1-895e-19dd63735041",
           *           "name": "camera at the door",
           *           "scopes": [
           *             "process",
           *             "read-only"
           *           ],
           *           "hint": "sl_sL5M",
           *           "limits": {
           *             "requestsPerMinute": 6000,
           *             "imagesPerMinute": 1000,
           *             "storedBytes": 10000000000
           *           },
           *           "createdAt": "2026-11-27T05:20:44.324Z",
           *           "expiresAt": "2027-11-27T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["KeyPage"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  createKey: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: with it, whoever may send the request gets the answer again, with its secrets.
         * @example order-4711
         */
        "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NewKey"];
      };
    };
    responses: {
      /** @description The key. */
      201: {
        headers: {
          Location: components["headers"]["Location"];
          "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "21f19c8a-54f7-4eca-9eaf-1279daa54473",
           *       "owner": "0aa46eff-7528-49d1-895e-19dd63735041",
           *       "name": "camera at the door",
           *       "scopes": [
           *         "process",
           *         "read-only"
           *       ],
           *       "hint": "sl_sL5M",
           *       "limits": {
           *         "requestsPerMinute": 6000,
           *         "imagesPerMinute": 1000,
           *         "storedBytes": 10000000000
           *       },
           *       "createdAt": "2026-11-27T05:20:44.324Z",
           *       "expiresAt": "2027-11-27T00:00:00.000Z",
           *       "key": "sl_sL5MQJCcWYy7n_PDM5tCI665McpDlMs964FM3T3DFdo"
           *     }
           */
          "application/json": components["schemas"]["CreatedKey"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `KEY_NOT_FOUND`: There is no such key. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `REQUEST_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key belongs to another request. */
      422: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  readKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The key's id, not the key. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The key. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "21f19c8a-54f7-4eca-9eaf-1279daa54473",
           *       "owner": "0aa46eff-7528-49d1-895e-19dd63735041",
           *       "name": "camera at the door",
           *       "scopes": [
           *         "process",
           *         "read-only"
           *       ],
           *       "hint": "sl_sL5M",
           *       "limits": {
           *         "requestsPerMinute": 6000,
           *         "imagesPerMinute": 1000,
           *         "storedBytes": 10000000000
           *       },
           *       "createdAt": "2026-11-27T05:20:44.324Z",
           *       "expiresAt": "2027-11-27T00:00:00.000Z"
           *     }
           */
          "application/json": components["schemas"]["Key"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `KEY_NOT_FOUND`: There is no such key. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  revokeKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The key's id, not the key. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The key is revoked. */
      204: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `KEY_NOT_FOUND`: There is no such key. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  signIn: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SignInRequest"];
      };
    };
    responses: {
      /** @description Signed in. */
      204: {
        headers: {
          "Set-Cookie": components["headers"]["Set-Cookie"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `KEY_INVALID`: The key is not valid. */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `REQUEST_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  signOut: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The cookie is removed. */
      204: {
        headers: {
          "Set-Cookie": components["headers"]["Set-Cookie"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      default: components["responses"]["default"];
    };
  };
  whoAmI: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Who sent the request, and what it may do. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "access": "keys",
           *       "owner": "0aa46eff-7528-49d1-895e-19dd63735041",
           *       "scopes": [
           *         "process",
           *         "read-only"
           *       ],
           *       "limits": {
           *         "requestsPerMinute": 6000,
           *         "imagesPerMinute": 1000,
           *         "storedBytes": 10000000000
           *       },
           *       "key": {
           *         "id": "21f19c8a-54f7-4eca-9eaf-1279daa54473",
           *         "owner": "0aa46eff-7528-49d1-895e-19dd63735041",
           *         "name": "camera at the door",
           *         "scopes": [
           *           "process",
           *           "read-only"
           *         ],
           *         "hint": "sl_sL5M",
           *         "limits": {
           *           "requestsPerMinute": 6000,
           *           "imagesPerMinute": 1000,
           *           "storedBytes": 10000000000
           *         },
           *         "createdAt": "2026-11-27T05:20:44.324Z",
           *         "expiresAt": "2027-11-27T00:00:00.000Z"
           *       },
           *       "lastSequence": 1024
           *     }
           */
          "application/json": components["schemas"]["WhoAmI"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  erase: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * Format: uuid
           * @description The id of a key whose owner is erased. Needs an admin key.
           */
          key?: string;
          /**
           * Format: uuid
           * @description An owner, such as a session's, that is erased. Needs an admin key.
           */
          owner?: string;
        };
      };
    };
    responses: {
      /** @description All is erased, and a search afterwards found nothing. */
      200: {
        headers: {
          Location: components["headers"]["Location"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "6c0f1a52-8f0d-4a3a-9c1f-2f6f7f0a1d11",
           *       "state": "done",
           *       "requestedAt": "2026-11-27T10:00:00.000Z",
           *       "erased": {
           *         "keys": 2,
           *         "sessions": 1,
           *         "jobs": 12,
           *         "images": 340,
           *         "events": 702,
           *         "collections": 1,
           *         "faces": 41
           *       },
           *       "checkedAt": "2026-11-27T10:00:02.410Z",
           *       "remaining": 0,
           *       "finishedAt": "2026-11-27T10:00:02.533Z"
           *     }
           */
          "application/json": components["schemas"]["Erasure"];
        };
      };
      /** @description The erasure goes on. */
      202: {
        headers: {
          Location: components["headers"]["Location"];
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "6c0f1a52-8f0d-4a3a-9c1f-2f6f7f0a1d11",
           *       "state": "running",
           *       "requestedAt": "2026-11-27T10:00:00.000Z",
           *       "erased": {
           *         "keys": 2,
           *         "sessions": 1,
           *         "jobs": 12,
           *         "images": 340,
           *         "events": 702,
           *         "collections": 1,
           *         "faces": 41
           *       }
           *     }
           */
          "application/json": components["schemas"]["Erasure"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `KEY_NOT_FOUND`: There is no such key. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `UPLOAD_TIMEOUT`: The request body did not arrive in time.
       *
       *     `HEADERS_TIMEOUT`: The headers of the request did not arrive in time.
       */
      408: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `REQUEST_TOO_LARGE`: The request body is too large. */
      413: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          "Accept-Encoding": components["headers"]["Accept-Encoding"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `OVERLOADED`: The service is at capacity.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  readErasure: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /** @description The erasure's id. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The receipt. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "6c0f1a52-8f0d-4a3a-9c1f-2f6f7f0a1d11",
           *       "state": "done",
           *       "requestedAt": "2026-11-27T10:00:00.000Z",
           *       "erased": {
           *         "keys": 2,
           *         "sessions": 1,
           *         "jobs": 12,
           *         "images": 340,
           *         "events": 702,
           *         "collections": 1,
           *         "faces": 41
           *       },
           *       "checkedAt": "2026-11-27T10:00:02.410Z",
           *       "remaining": 0,
           *       "finishedAt": "2026-11-27T10:00:02.533Z"
           *     }
           */
          "application/json": components["schemas"]["Erasure"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `ERASURE_NOT_FOUND`: There is no such erasure. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  readAudit: {
    parameters: {
      query?: {
        /** @description Entries of a page; default: 100. */
        limit?: number;
        /** @description `nextCursor` of the previous page. */
        cursor?: string;
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of entries. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "sequence": 1,
           *           "id": "0f9a2a3e-6a52-4b41-8a5b-0c8a39d1c7d5",
           *           "time": "2026-11-27T10:00:00.000Z",
           *           "action": "key.create",
           *           "object": "21f19c8a-54f7-4eca-9eaf-1279daa54473",
           *           "keyId": "00000000-0000-4000-8000-000000000000",
           *           "keyName": "first admin",
           *           "owner": "00000000-0000-4000-8000-000000000000",
           *           "address": "192.0.2.7",
           *           "status": 201,
           *           "previous": "",
           *           "hash": "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab"
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["AuditPage"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listNodes: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The nodes. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "vision-1-3f9c2a71",
           *           "hostname": "vision-1",
           *           "state": "online",
           *           "services": [
           *             "detector"
           *           ],
           *           "version": "0.1.0",
           *           "startedAt": "2026-11-21T11:58:00.000Z",
           *           "uptimeSeconds": 120,
           *           "detector": {
           *             "threads": 8,
           *             "running": 8,
           *             "waiting": 24
           *           }
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["NodePage"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  readStatistics: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The statistics. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "time": "2026-11-21T12:00:04.000Z",
           *       "queue": {
           *         "waiting": 1020,
           *         "oldestSeconds": 4
           *       },
           *       "jobs": {
           *         "created": 0,
           *         "queued": 0,
           *         "running": 1,
           *         "succeeded": 12,
           *         "partially_failed": 1,
           *         "failed": 0,
           *         "cancelled": 2
           *       },
           *       "deadLetters": 1,
           *       "lastSequence": 40412,
           *       "activity": {
           *         "completeSince": "2026-11-21T11:59:40.000Z",
           *         "lastHour": {
           *           "done": 440,
           *           "failed": 1,
           *           "retried": 2
           *         },
           *         "lastMinute": {
           *           "imagesPerSecond": 18.3,
           *           "p50Ms": 4.2,
           *           "p95Ms": 9.7
           *         },
           *         "from": "2026-11-21T11:59:40.000Z",
           *         "bucketSeconds": 10,
           *         "buckets": {
           *           "done": [
           *             0,
           *             0,
           *             440
           *           ],
           *           "failed": [
           *             0,
           *             0,
           *             1
           *           ],
           *           "p50Ms": [
           *             null,
           *             null,
           *             4.2
           *           ],
           *           "p95Ms": [
           *             null,
           *             null,
           *             9.7
           *           ]
           *         }
           *       }
           *     }
           */
          "application/json": components["schemas"]["Statistics"];
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `STORE_CORRUPT`: Stored data is damaged. */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  readActivity: {
    parameters: {
      query?: {
        /** @description The last hour in buckets of 10 s, 24 hours in those of 15 min, or 30 days in those of 2 h. */
        range?: "hour" | "day" | "month";
      };
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The activity. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "range": "hour",
           *       "time": "2026-11-21T12:00:04.000Z",
           *       "from": "2026-11-21T11:59:50.000Z",
           *       "bucketSeconds": 10,
           *       "jobs": {
           *         "done": [
           *           0,
           *           440
           *         ],
           *         "failed": [
           *           0,
           *           1
           *         ],
           *         "p50Ms": [
           *           null,
           *           4.2
           *         ],
           *         "p95Ms": [
           *           null,
           *           9.7
           *         ]
           *       },
           *       "process": {
           *         "done": [
           *           12,
           *           3
           *         ],
           *         "failed": [
           *           0,
           *           0
           *         ],
           *         "p50Ms": [
           *           3.9,
           *           4
           *         ],
           *         "p95Ms": [
           *           8.1,
           *           7.7
           *         ]
           *       }
           *     }
           */
          "application/json": components["schemas"]["ActivityOfRange"];
        };
      };
      /**
       * @description `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `MALFORMED_REQUEST`: The request cannot be read.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /** @description `STORE_CORRUPT`: Stored data is damaged. */
      500: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SHUTTING_DOWN`: The service is shutting down.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  listProblems: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` of an answer that the client has: 304 if it is still the same. */
        "If-None-Match"?: components["parameters"]["If-None-Match"];
        /** @description The `ETag` of the only answer that is of use to the client: 412 for another. */
        "If-Match"?: components["parameters"]["If-Match"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As JSON, or as a page for people. */
      200: {
        headers: {
          ETag: components["headers"]["ETag"];
          "Repr-Digest": components["headers"]["Repr-Digest"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "type": "/problems/OVERLOADED",
           *           "title": "The service is at capacity",
           *           "status": 503,
           *           "code": "OVERLOADED",
           *           "isRetryable": true,
           *           "advice": "Wait for `Retry-After`, or create a job. Operators can add detectors or threads."
           *         }
           *       ]
           *     }
           */
          "application/json": components["schemas"]["ProblemKindList"];
          "text/html": string;
        };
      };
      /** @description The answer is the one whose `ETag` the request names in `If-None-Match`. */
      304: {
        headers: {
          ETag: components["headers"]["ETag"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_FOUND`: There is nothing at this path. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_ACCEPTABLE`: None of the accepted media types can be produced. */
      406: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      default: components["responses"]["default"];
    };
  };
  readProblem: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` of an answer that the client has: 304 if it is still the same. */
        "If-None-Match"?: components["parameters"]["If-None-Match"];
        /** @description The `ETag` of the only answer that is of use to the client: 412 for another. */
        "If-Match"?: components["parameters"]["If-Match"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path: {
        /**
         * @description The problem's code.
         * @example OVERLOADED
         */
        code: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As JSON, or as a page for people. */
      200: {
        headers: {
          ETag: components["headers"]["ETag"];
          "Repr-Digest": components["headers"]["Repr-Digest"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "/problems/OVERLOADED",
           *       "title": "The service is at capacity",
           *       "status": 503,
           *       "code": "OVERLOADED",
           *       "isRetryable": true,
           *       "advice": "Wait for `Retry-After`, or create a job. Operators can add detectors or threads."
           *     }
           */
          "application/json": components["schemas"]["ProblemKind"];
          "text/html": string;
        };
      };
      /** @description The answer is the one whose `ETag` the request names in `If-None-Match`. */
      304: {
        headers: {
          ETag: components["headers"]["ETag"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content?: never;
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_FOUND`: There is nothing at this path. */
      404: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_ACCEPTABLE`: None of the accepted media types can be produced. */
      406: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      /** @description `PRECONDITION_FAILED`: The resource is not in the version that the request is for. */
      412: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      default: components["responses"]["default"];
    };
  };
  ping: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The gateway is alive. */
      200: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ok"
           *     }
           */
          "application/json": {
            status: string;
          };
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      431: components["responses"]["431"];
      default: components["responses"]["default"];
    };
  };
  healthz: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process is alive. */
      200: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ok"
           *     }
           */
          "application/json": {
            status: string;
          };
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      431: components["responses"]["431"];
      default: components["responses"]["default"];
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: {
        /** @description With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's. */
        "Sightline-Owner"?: components["parameters"]["Sightline-Owner"];
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Metrics in Prometheus text format. */
      200: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "text/plain": string;
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `KEY_REQUIRED`: The request needs a key.
       *
       *     `KEY_INVALID`: The key is not valid.
       */
      401: {
        headers: {
          "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `SCOPE_MISSING`: The key does not allow this.
       *
       *     `CROSS_ORIGIN`: A page of another origin sent the request.
       */
      403: {
        headers: {
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      /** @description `RATE_LIMITED`: Too many requests. */
      429: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      431: components["responses"]["431"];
      /**
       * @description `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `STORE_UNAVAILABLE`: The service's storage does not answer.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
          "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
          "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
  readyz: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id for this request in the answer and the log. A new one if it is absent or has other characters. */
        "X-Request-Id"?: components["parameters"]["X-Request-Id"];
        /**
         * @description The trace that the request belongs to (W3C Trace Context), if the service exports traces.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        traceparent?: components["parameters"]["traceparent"];
        /** @description What tracing systems add to `traceparent`. */
        tracestate?: components["parameters"]["tracestate"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Images can be processed. */
      200: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ready",
           *       "threads": 8,
           *       "models": {
           *         "faces-haar": "ready",
           *         "classify": "unavailable"
           *       }
           *     }
           */
          "application/json": {
            status: string;
            threads: number;
            models: {
              [key: string]: "ready" | "unavailable";
            };
          };
        };
      };
      /**
       * @description `MALFORMED_REQUEST`: The request cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `CROSS_ORIGIN`: A page of another origin sent the request. */
      403: {
        headers: {
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      408: components["responses"]["408"];
      417: components["responses"]["417"];
      421: components["responses"]["421"];
      431: components["responses"]["431"];
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       */
      503: {
        headers: {
          "Retry-After": components["headers"]["Retry-After"];
          "X-Request-Id": components["headers"]["X-Request-Id"];
          traceparent: components["headers"]["traceparent"];
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      default: components["responses"]["default"];
    };
  };
}
