/**
 * Types of docs/openapi.json, written by `npm run client-types`.
 * The document's sha256: 0f33415d51ad724d320f477ddb31dcb3b3759f636aea84af0354102ac9914638
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
     * @description Takes one or many images and answers with a receipt for each, in the order of upload. Images are processed while the rest still arrives, on all cores. Formats: JPEG, PNG, WebP, BMP, TIFF, told by their content.
     *
     *     Send `Accept: image/png` or `image/jpeg` (or `annotate=true`) with one image to get the picture back with its boxes drawn; what would stand in the image's receipt is then the status of the answer.
     *
     *     Without `models` the answer is that of `faces-haar`: `model`, and `faces` in each receipt. With `models` it has `models`, and `results` by model in each receipt; all named models see each image in one pass, which decodes it once.
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
    /** List jobs */
    get: operations["listJobs"];
    put?: never;
    /**
     * Create a job
     * @description Takes images as `POST /process` does and answers as soon as they are stored. The job is executed at once, unless `execute=false`. A file that cannot be taken becomes an image that has failed, with its problem.
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
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read a job
     * @description With its progress, its rate, and when it should be over.
     */
    get: operations["getJob"];
    put?: never;
    post?: never;
    /**
     * Delete a job
     * @description Whatever its state. Its pictures and results are gone; its events stay in the log.
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
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Add images
     * @description To a job that is `created`: all of the request's images or none.
     */
    post: operations["addImages"];
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
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Execute a job
     * @description Queues a job that is `created`.
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
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a job
     * @description Nothing more of it is started; what runs is finished.
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
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Retry the failed images
     * @description Queues the images of a finished job that failed again, with all attempts to be had anew. Their pictures are kept for that for `PICTURE_RETENTION_MS`.
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
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read results
     * @description A receipt for each image, in the order of upload, also while the job runs. `wait` waits for the job to be over. With `Accept: application/x-ndjson` each line is an image, and `Link` names the next page.
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
  "/v1/dead-letters": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List images that were given up
     * @description Of all jobs: images that failed for want of attempts, not for what they are. Retry their job.
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
     * @description Each change of a job and of each image is one CloudEvents 1.0 message, in one order, from the
     *     beginning (or from what `EVENT_RETENTION_MS` has left). Read pages with `after`, wait for the next with `wait`, or
     *     send `Accept: text/event-stream` for a stream: the id of each message is its sequence, so a client that reconnects with
     *     `Last-Event-ID`, as browsers do, misses nothing and gets nothing twice. A stream is never held up by a slow reader: such
     *     a one is cut off, and may resume.
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
        id: string;
      };
      cookie?: never;
    };
    /**
     * Read a job's events
     * @description Each change of a job and of each image is one CloudEvents 1.0 message, in one order, from the
     *     beginning (or from what `EVENT_RETENTION_MS` has left). Read pages with `after`, wait for the next with `wait`, or
     *     send `Accept: text/event-stream` for a stream: the id of each message is its sequence, so a client that reconnects with
     *     `Last-Event-ID`, as browsers do, misses nothing and gets nothing twice. A stream is never held up by a slow reader: such
     *     a one is cut off, and may resume.
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
  "/v1/models": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List models */
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
     * @description Among others, which engine is at work.
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
    /** Server metadata */
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
    /** Liveness */
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
    /** Readiness */
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
     * @description The tensors the model takes and gives. Each model takes the input `image`, an encoded picture, and gives what it finds in it; networks also take their own input, and then give their own outputs as they are.
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
     * @description The tensors the model takes and gives. Each model takes the input `image`, an encoded picture, and gives what it finds in it; networks also take their own input, and then give their own outputs as they are.
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
    /** Model readiness */
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
    /** Model readiness */
    get: operations["inferenceModelReadyVersion"];
    put?: never;
    post?: never;
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
    /** Run a model over a picture or a tensor */
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
    /** Run a model over a picture or a tensor */
    post: operations["inferVersion"];
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
    /** Is anybody there */
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
    /** Liveness */
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
     * @description What this process has counted, for Prometheus. `docs/monitoring` has a dashboard and alerts.
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
     * @description Ready once a detector is warm and has reproduced its reference results. A model that does not is `unavailable`.
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
    /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
    Box: number[];
    Timings: {
      /** @description Time the image waited for a thread. */
      queueMs: number;
      /** @description Time to check, decode and prepare the image. */
      decodeMs: number;
      /** @description Time the model took. */
      inferenceMs: number;
    };
    /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
    Problem: {
      /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
      type: string;
      /** @description What kind of problem this is; the same for every occurrence. */
      title: string;
      /** @description The HTTP status of the problem. */
      status: number;
      /**
       * @description Stable code to program against.
       * @enum {unknown}
       */
      code:
        | "MALFORMED_REQUEST"
        | "NO_IMAGE"
        | "INVALID_OPTION"
        | "INVALID_TENSOR"
        | "INVALID_CALLBACK_URL"
        | "WEBHOOKS_DISABLED"
        | "NOT_FOUND"
        | "JOB_NOT_FOUND"
        | "MODEL_NOT_FOUND"
        | "METHOD_NOT_ALLOWED"
        | "NOT_ACCEPTABLE"
        | "UPLOAD_TIMEOUT"
        | "JOB_STATE_CONFLICT"
        | "IDEMPOTENCY_KEY_IN_USE"
        | "PICTURE_GONE"
        | "REQUEST_TOO_LARGE"
        | "TOO_MANY_IMAGES"
        | "IMAGE_TOO_LARGE"
        | "TOO_MANY_PIXELS"
        | "UNSUPPORTED_MEDIA_TYPE"
        | "EMPTY_IMAGE"
        | "UNDECODABLE_IMAGE"
        | "DEADLINE_PASSED"
        | "IDEMPOTENCY_KEY_REUSED"
        | "MODEL_UNAVAILABLE"
        | "OVERLOADED"
        | "SHUTTING_DOWN"
        | "NO_DETECTOR"
        | "SERVICE_UNAVAILABLE"
        | "WORKER_LOST"
        | "NODE_LOST"
        | "STORE_UNAVAILABLE"
        | "IMAGE_TIMEOUT"
        | "STORAGE_FULL"
        | "STORE_LOCKED"
        | "STORE_CORRUPT"
        | "INTERNAL_ERROR";
      /** @description What went wrong this time. */
      detail: string;
      /** @description The request's `X-Request-Id`. */
      requestId?: string;
    };
    ImageResult: {
      /** @description The file name as sent, or null where none was sent. */
      fileName: string | null;
      /** @description SHA-256 of the file's bytes. */
      sha256: string;
      /** @description Width of the picture as displayed, in pixels. */
      width: number;
      /** @description Height of the picture as displayed, in pixels. */
      height: number;
      /** @description A box for each face. */
      faces: number[][];
      timings: {
        /** @description Time the image waited for a thread. */
        queueMs: number;
        /** @description Time to check, decode and prepare the image. */
        decodeMs: number;
        /** @description Time the model took. */
        inferenceMs: number;
      };
    };
    ImageProblem: {
      /** @description The file name as sent, or null where none was sent. */
      fileName: string | null;
      /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
      problem: {
        /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
        type: string;
        /** @description What kind of problem this is; the same for every occurrence. */
        title: string;
        /** @description The HTTP status of the problem. */
        status: number;
        /**
         * @description Stable code to program against.
         * @enum {unknown}
         */
        code:
          | "MALFORMED_REQUEST"
          | "NO_IMAGE"
          | "INVALID_OPTION"
          | "INVALID_TENSOR"
          | "INVALID_CALLBACK_URL"
          | "WEBHOOKS_DISABLED"
          | "NOT_FOUND"
          | "JOB_NOT_FOUND"
          | "MODEL_NOT_FOUND"
          | "METHOD_NOT_ALLOWED"
          | "NOT_ACCEPTABLE"
          | "UPLOAD_TIMEOUT"
          | "JOB_STATE_CONFLICT"
          | "IDEMPOTENCY_KEY_IN_USE"
          | "PICTURE_GONE"
          | "REQUEST_TOO_LARGE"
          | "TOO_MANY_IMAGES"
          | "IMAGE_TOO_LARGE"
          | "TOO_MANY_PIXELS"
          | "UNSUPPORTED_MEDIA_TYPE"
          | "EMPTY_IMAGE"
          | "UNDECODABLE_IMAGE"
          | "DEADLINE_PASSED"
          | "IDEMPOTENCY_KEY_REUSED"
          | "MODEL_UNAVAILABLE"
          | "OVERLOADED"
          | "SHUTTING_DOWN"
          | "NO_DETECTOR"
          | "SERVICE_UNAVAILABLE"
          | "WORKER_LOST"
          | "NODE_LOST"
          | "STORE_UNAVAILABLE"
          | "IMAGE_TIMEOUT"
          | "STORAGE_FULL"
          | "STORE_LOCKED"
          | "STORE_CORRUPT"
          | "INTERNAL_ERROR";
        /** @description What went wrong this time. */
        detail: string;
        /** @description The request's `X-Request-Id`. */
        requestId?: string;
      };
    };
    ProcessResult: {
      /** @constant */
      model: "faces-haar";
      /** @description A receipt for each image, in the order of upload. */
      images: (
        | {
            /** @description The file name as sent, or null where none was sent. */
            fileName: string | null;
            /** @description SHA-256 of the file's bytes. */
            sha256: string;
            /** @description Width of the picture as displayed, in pixels. */
            width: number;
            /** @description Height of the picture as displayed, in pixels. */
            height: number;
            /** @description A box for each face. */
            faces: number[][];
            timings: {
              /** @description Time the image waited for a thread. */
              queueMs: number;
              /** @description Time to check, decode and prepare the image. */
              decodeMs: number;
              /** @description Time the model took. */
              inferenceMs: number;
            };
          }
        | {
            /** @description The file name as sent, or null where none was sent. */
            fileName: string | null;
            /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
            problem: {
              /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
              type: string;
              /** @description What kind of problem this is; the same for every occurrence. */
              title: string;
              /** @description The HTTP status of the problem. */
              status: number;
              /**
               * @description Stable code to program against.
               * @enum {unknown}
               */
              code:
                | "MALFORMED_REQUEST"
                | "NO_IMAGE"
                | "INVALID_OPTION"
                | "INVALID_TENSOR"
                | "INVALID_CALLBACK_URL"
                | "WEBHOOKS_DISABLED"
                | "NOT_FOUND"
                | "JOB_NOT_FOUND"
                | "MODEL_NOT_FOUND"
                | "METHOD_NOT_ALLOWED"
                | "NOT_ACCEPTABLE"
                | "UPLOAD_TIMEOUT"
                | "JOB_STATE_CONFLICT"
                | "IDEMPOTENCY_KEY_IN_USE"
                | "PICTURE_GONE"
                | "REQUEST_TOO_LARGE"
                | "TOO_MANY_IMAGES"
                | "IMAGE_TOO_LARGE"
                | "TOO_MANY_PIXELS"
                | "UNSUPPORTED_MEDIA_TYPE"
                | "EMPTY_IMAGE"
                | "UNDECODABLE_IMAGE"
                | "DEADLINE_PASSED"
                | "IDEMPOTENCY_KEY_REUSED"
                | "MODEL_UNAVAILABLE"
                | "OVERLOADED"
                | "SHUTTING_DOWN"
                | "NO_DETECTOR"
                | "SERVICE_UNAVAILABLE"
                | "WORKER_LOST"
                | "NODE_LOST"
                | "STORE_UNAVAILABLE"
                | "IMAGE_TIMEOUT"
                | "STORAGE_FULL"
                | "STORE_LOCKED"
                | "STORE_CORRUPT"
                | "INTERNAL_ERROR";
              /** @description What went wrong this time. */
              detail: string;
              /** @description The request's `X-Request-Id`. */
              requestId?: string;
            };
          }
      )[];
    };
    Face: {
      /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
      box: number[];
      /** @description How sure the model is. */
      score?: number;
      /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
      landmarks?: number[][];
      /** @description A vector of length 1. The scalar product of two is high where they are of one person. */
      encoding?: number[];
    };
    LabelScore: {
      label: string;
      /** @description The class's id in WordNet. */
      wnid?: string;
      /** @description How sure the model is. */
      score: number;
    };
    FoundObject: {
      label: string;
      /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
      box: number[];
      /** @description How sure the model is. */
      score: number;
    };
    /** @description Boxes are in whole pixels, and lie in the picture. */
    ModelResult:
      | {
          /** @description The model's version. */
          version: string;
          faces: {
            /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
            box: number[];
            /** @description How sure the model is. */
            score?: number;
            /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
            landmarks?: number[][];
            /** @description A vector of length 1. The scalar product of two is high where they are of one person. */
            encoding?: number[];
          }[];
        }
      | {
          /** @description The model's version. */
          version: string;
          labels: {
            label: string;
            /** @description The class's id in WordNet. */
            wnid?: string;
            /** @description How sure the model is. */
            score: number;
          }[];
        }
      | {
          /** @description The model's version. */
          version: string;
          objects: {
            label: string;
            /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
            box: number[];
            /** @description How sure the model is. */
            score: number;
          }[];
        };
    Analysis: {
      /** @description SHA-256 of the file's bytes. */
      sha256: string;
      /** @description Width of the picture as displayed, in pixels. */
      width: number;
      /** @description Height of the picture as displayed, in pixels. */
      height: number;
      /** @description By the model's name. */
      results: {
        [key: string]:
          | {
              /** @description The model's version. */
              version: string;
              faces: {
                /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                box: number[];
                /** @description How sure the model is. */
                score?: number;
                /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
                landmarks?: number[][];
                /** @description A vector of length 1. The scalar product of two is high where they are of one person. */
                encoding?: number[];
              }[];
            }
          | {
              /** @description The model's version. */
              version: string;
              labels: {
                label: string;
                /** @description The class's id in WordNet. */
                wnid?: string;
                /** @description How sure the model is. */
                score: number;
              }[];
            }
          | {
              /** @description The model's version. */
              version: string;
              objects: {
                label: string;
                /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                box: number[];
                /** @description How sure the model is. */
                score: number;
              }[];
            };
      };
      timings: {
        /** @description Time the image waited for a thread. */
        queueMs: number;
        /** @description Time to check, decode and prepare the image. */
        decodeMs: number;
        /** @description Time the model took. */
        inferenceMs: number;
        /** @description Of `inferenceMs`, the time of each model. What two models share counts for the first of them. */
        perModelMs: {
          [key: string]: number;
        };
      };
    };
    AnalysisResult: {
      /** @description The models, as they were named. */
      models: string[];
      /** @description A receipt for each image, in the order of upload. */
      images: (
        | {
            /** @description The file name as sent, or null where none was sent. */
            fileName: string | null;
            /** @description SHA-256 of the file's bytes. */
            sha256: string;
            /** @description Width of the picture as displayed, in pixels. */
            width: number;
            /** @description Height of the picture as displayed, in pixels. */
            height: number;
            /** @description By the model's name. */
            results: {
              [key: string]:
                | {
                    /** @description The model's version. */
                    version: string;
                    faces: {
                      /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                      box: number[];
                      /** @description How sure the model is. */
                      score?: number;
                      /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
                      landmarks?: number[][];
                      /** @description A vector of length 1. The scalar product of two is high where they are of one person. */
                      encoding?: number[];
                    }[];
                  }
                | {
                    /** @description The model's version. */
                    version: string;
                    labels: {
                      label: string;
                      /** @description The class's id in WordNet. */
                      wnid?: string;
                      /** @description How sure the model is. */
                      score: number;
                    }[];
                  }
                | {
                    /** @description The model's version. */
                    version: string;
                    objects: {
                      label: string;
                      /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                      box: number[];
                      /** @description How sure the model is. */
                      score: number;
                    }[];
                  };
            };
            timings: {
              /** @description Time the image waited for a thread. */
              queueMs: number;
              /** @description Time to check, decode and prepare the image. */
              decodeMs: number;
              /** @description Time the model took. */
              inferenceMs: number;
              /** @description Of `inferenceMs`, the time of each model. What two models share counts for the first of them. */
              perModelMs: {
                [key: string]: number;
              };
            };
          }
        | {
            /** @description The file name as sent, or null where none was sent. */
            fileName: string | null;
            /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
            problem: {
              /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
              type: string;
              /** @description What kind of problem this is; the same for every occurrence. */
              title: string;
              /** @description The HTTP status of the problem. */
              status: number;
              /**
               * @description Stable code to program against.
               * @enum {unknown}
               */
              code:
                | "MALFORMED_REQUEST"
                | "NO_IMAGE"
                | "INVALID_OPTION"
                | "INVALID_TENSOR"
                | "INVALID_CALLBACK_URL"
                | "WEBHOOKS_DISABLED"
                | "NOT_FOUND"
                | "JOB_NOT_FOUND"
                | "MODEL_NOT_FOUND"
                | "METHOD_NOT_ALLOWED"
                | "NOT_ACCEPTABLE"
                | "UPLOAD_TIMEOUT"
                | "JOB_STATE_CONFLICT"
                | "IDEMPOTENCY_KEY_IN_USE"
                | "PICTURE_GONE"
                | "REQUEST_TOO_LARGE"
                | "TOO_MANY_IMAGES"
                | "IMAGE_TOO_LARGE"
                | "TOO_MANY_PIXELS"
                | "UNSUPPORTED_MEDIA_TYPE"
                | "EMPTY_IMAGE"
                | "UNDECODABLE_IMAGE"
                | "DEADLINE_PASSED"
                | "IDEMPOTENCY_KEY_REUSED"
                | "MODEL_UNAVAILABLE"
                | "OVERLOADED"
                | "SHUTTING_DOWN"
                | "NO_DETECTOR"
                | "SERVICE_UNAVAILABLE"
                | "WORKER_LOST"
                | "NODE_LOST"
                | "STORE_UNAVAILABLE"
                | "IMAGE_TIMEOUT"
                | "STORAGE_FULL"
                | "STORE_LOCKED"
                | "STORE_CORRUPT"
                | "INTERNAL_ERROR";
              /** @description What went wrong this time. */
              detail: string;
              /** @description The request's `X-Request-Id`. */
              requestId?: string;
            };
          }
      )[];
    };
    ProcessAnswer:
      | {
          /** @constant */
          model: "faces-haar";
          /** @description A receipt for each image, in the order of upload. */
          images: (
            | {
                /** @description The file name as sent, or null where none was sent. */
                fileName: string | null;
                /** @description SHA-256 of the file's bytes. */
                sha256: string;
                /** @description Width of the picture as displayed, in pixels. */
                width: number;
                /** @description Height of the picture as displayed, in pixels. */
                height: number;
                /** @description A box for each face. */
                faces: number[][];
                timings: {
                  /** @description Time the image waited for a thread. */
                  queueMs: number;
                  /** @description Time to check, decode and prepare the image. */
                  decodeMs: number;
                  /** @description Time the model took. */
                  inferenceMs: number;
                };
              }
            | {
                /** @description The file name as sent, or null where none was sent. */
                fileName: string | null;
                /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
                problem: {
                  /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
                  type: string;
                  /** @description What kind of problem this is; the same for every occurrence. */
                  title: string;
                  /** @description The HTTP status of the problem. */
                  status: number;
                  /**
                   * @description Stable code to program against.
                   * @enum {unknown}
                   */
                  code:
                    | "MALFORMED_REQUEST"
                    | "NO_IMAGE"
                    | "INVALID_OPTION"
                    | "INVALID_TENSOR"
                    | "INVALID_CALLBACK_URL"
                    | "WEBHOOKS_DISABLED"
                    | "NOT_FOUND"
                    | "JOB_NOT_FOUND"
                    | "MODEL_NOT_FOUND"
                    | "METHOD_NOT_ALLOWED"
                    | "NOT_ACCEPTABLE"
                    | "UPLOAD_TIMEOUT"
                    | "JOB_STATE_CONFLICT"
                    | "IDEMPOTENCY_KEY_IN_USE"
                    | "PICTURE_GONE"
                    | "REQUEST_TOO_LARGE"
                    | "TOO_MANY_IMAGES"
                    | "IMAGE_TOO_LARGE"
                    | "TOO_MANY_PIXELS"
                    | "UNSUPPORTED_MEDIA_TYPE"
                    | "EMPTY_IMAGE"
                    | "UNDECODABLE_IMAGE"
                    | "DEADLINE_PASSED"
                    | "IDEMPOTENCY_KEY_REUSED"
                    | "MODEL_UNAVAILABLE"
                    | "OVERLOADED"
                    | "SHUTTING_DOWN"
                    | "NO_DETECTOR"
                    | "SERVICE_UNAVAILABLE"
                    | "WORKER_LOST"
                    | "NODE_LOST"
                    | "STORE_UNAVAILABLE"
                    | "IMAGE_TIMEOUT"
                    | "STORAGE_FULL"
                    | "STORE_LOCKED"
                    | "STORE_CORRUPT"
                    | "INTERNAL_ERROR";
                  /** @description What went wrong this time. */
                  detail: string;
                  /** @description The request's `X-Request-Id`. */
                  requestId?: string;
                };
              }
          )[];
        }
      | {
          /** @description The models, as they were named. */
          models: string[];
          /** @description A receipt for each image, in the order of upload. */
          images: (
            | {
                /** @description The file name as sent, or null where none was sent. */
                fileName: string | null;
                /** @description SHA-256 of the file's bytes. */
                sha256: string;
                /** @description Width of the picture as displayed, in pixels. */
                width: number;
                /** @description Height of the picture as displayed, in pixels. */
                height: number;
                /** @description By the model's name. */
                results: {
                  [key: string]:
                    | {
                        /** @description The model's version. */
                        version: string;
                        faces: {
                          /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                          box: number[];
                          /** @description How sure the model is. */
                          score?: number;
                          /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
                          landmarks?: number[][];
                          /** @description A vector of length 1. The scalar product of two is high where they are of one person. */
                          encoding?: number[];
                        }[];
                      }
                    | {
                        /** @description The model's version. */
                        version: string;
                        labels: {
                          label: string;
                          /** @description The class's id in WordNet. */
                          wnid?: string;
                          /** @description How sure the model is. */
                          score: number;
                        }[];
                      }
                    | {
                        /** @description The model's version. */
                        version: string;
                        objects: {
                          label: string;
                          /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                          box: number[];
                          /** @description How sure the model is. */
                          score: number;
                        }[];
                      };
                };
                timings: {
                  /** @description Time the image waited for a thread. */
                  queueMs: number;
                  /** @description Time to check, decode and prepare the image. */
                  decodeMs: number;
                  /** @description Time the model took. */
                  inferenceMs: number;
                  /** @description Of `inferenceMs`, the time of each model. What two models share counts for the first of them. */
                  perModelMs: {
                    [key: string]: number;
                  };
                };
              }
            | {
                /** @description The file name as sent, or null where none was sent. */
                fileName: string | null;
                /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
                problem: {
                  /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
                  type: string;
                  /** @description What kind of problem this is; the same for every occurrence. */
                  title: string;
                  /** @description The HTTP status of the problem. */
                  status: number;
                  /**
                   * @description Stable code to program against.
                   * @enum {unknown}
                   */
                  code:
                    | "MALFORMED_REQUEST"
                    | "NO_IMAGE"
                    | "INVALID_OPTION"
                    | "INVALID_TENSOR"
                    | "INVALID_CALLBACK_URL"
                    | "WEBHOOKS_DISABLED"
                    | "NOT_FOUND"
                    | "JOB_NOT_FOUND"
                    | "MODEL_NOT_FOUND"
                    | "METHOD_NOT_ALLOWED"
                    | "NOT_ACCEPTABLE"
                    | "UPLOAD_TIMEOUT"
                    | "JOB_STATE_CONFLICT"
                    | "IDEMPOTENCY_KEY_IN_USE"
                    | "PICTURE_GONE"
                    | "REQUEST_TOO_LARGE"
                    | "TOO_MANY_IMAGES"
                    | "IMAGE_TOO_LARGE"
                    | "TOO_MANY_PIXELS"
                    | "UNSUPPORTED_MEDIA_TYPE"
                    | "EMPTY_IMAGE"
                    | "UNDECODABLE_IMAGE"
                    | "DEADLINE_PASSED"
                    | "IDEMPOTENCY_KEY_REUSED"
                    | "MODEL_UNAVAILABLE"
                    | "OVERLOADED"
                    | "SHUTTING_DOWN"
                    | "NO_DETECTOR"
                    | "SERVICE_UNAVAILABLE"
                    | "WORKER_LOST"
                    | "NODE_LOST"
                    | "STORE_UNAVAILABLE"
                    | "IMAGE_TIMEOUT"
                    | "STORAGE_FULL"
                    | "STORE_LOCKED"
                    | "STORE_CORRUPT"
                    | "INTERNAL_ERROR";
                  /** @description What went wrong this time. */
                  detail: string;
                  /** @description The request's `X-Request-Id`. */
                  requestId?: string;
                };
              }
          )[];
        };
    Job: {
      /** @description The job's id. */
      id: string;
      /** @enum {unknown} */
      state: "created" | "queued" | "running" | "succeeded" | "partially_failed" | "failed" | "cancelled";
      /** @description The model, or the models, joined by commas. */
      model: string;
      /** @description The models, where the job names any. */
      models?: string[];
      options: {
        /**
         * @description How much the search window grows from one scale to the next.
         * @default 1.1
         */
        scaleFactor: number;
        /**
         * @description How many overlapping windows a face needs. 0 returns every window, ungrouped.
         * @default 6
         */
        minNeighbors: number;
        /**
         * @description Width and height of the smallest face that is reported, in pixels.
         * @default 96
         */
        minSize: number;
        /** @description Least score of a face or an object, instead of each model's own threshold. With `models` only. */
        scoreThreshold?: number;
        /** @description How many classes of an image classification are reported; 5 by default. With `models` only. */
        topK?: number;
      };
      /** @description Text of your own to find jobs by. */
      labels: {
        [key: string]: string;
      };
      priority: number;
      /**
       * Format: date-time
       * @description RFC 3339, UTC.
       */
      deadline?: string;
      callbackUrl?: string;
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
      images: {
        /** @description All images. */
        total: number;
        /** @description Images that wait. */
        pending: number;
        /** @description Images in work. */
        running: number;
        /** @description Images with a result. */
        done: number;
        /** @description Images with a problem. */
        failed: number;
      };
      progress: {
        /** @description Share of the images that are over. */
        fraction: number;
        /** @description Of this job, since it started; null before. */
        imagesPerSecond: number | null;
        /** @description Time until it is over at that rate; null where it is not known. */
        etaSeconds: number | null;
      };
    };
    JobPage: {
      items: {
        /** @description The job's id. */
        id: string;
        /** @enum {unknown} */
        state: "created" | "queued" | "running" | "succeeded" | "partially_failed" | "failed" | "cancelled";
        /** @description The model, or the models, joined by commas. */
        model: string;
        /** @description The models, where the job names any. */
        models?: string[];
        options: {
          /**
           * @description How much the search window grows from one scale to the next.
           * @default 1.1
           */
          scaleFactor: number;
          /**
           * @description How many overlapping windows a face needs. 0 returns every window, ungrouped.
           * @default 6
           */
          minNeighbors: number;
          /**
           * @description Width and height of the smallest face that is reported, in pixels.
           * @default 96
           */
          minSize: number;
          /** @description Least score of a face or an object, instead of each model's own threshold. With `models` only. */
          scoreThreshold?: number;
          /** @description How many classes of an image classification are reported; 5 by default. With `models` only. */
          topK?: number;
        };
        /** @description Text of your own to find jobs by. */
        labels: {
          [key: string]: string;
        };
        priority: number;
        /**
         * Format: date-time
         * @description RFC 3339, UTC.
         */
        deadline?: string;
        callbackUrl?: string;
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
        images: {
          /** @description All images. */
          total: number;
          /** @description Images that wait. */
          pending: number;
          /** @description Images in work. */
          running: number;
          /** @description Images with a result. */
          done: number;
          /** @description Images with a problem. */
          failed: number;
        };
        progress: {
          /** @description Share of the images that are over. */
          fraction: number;
          /** @description Of this job, since it started; null before. */
          imagesPerSecond: number | null;
          /** @description Time until it is over at that rate; null where it is not known. */
          etaSeconds: number | null;
        };
      }[];
      /** @description Absent on the last page. */
      nextCursor?: string;
    };
    JobImage: {
      /** @description Position in the order of upload. */
      index: number;
      fileName: string | null;
      sha256: string;
      bytes: number;
      /** @enum {unknown} */
      state: "pending" | "running" | "done" | "failed";
      /** @description Attempts started so far. */
      attempts: number;
      result?:
        | {
            /** @description Width of the picture as displayed, in pixels. */
            width: number;
            /** @description Height of the picture as displayed, in pixels. */
            height: number;
            /** @description A box for each face. */
            faces: number[][];
            timings: {
              /** @description Time the image waited for a thread. */
              queueMs: number;
              /** @description Time to check, decode and prepare the image. */
              decodeMs: number;
              /** @description Time the model took. */
              inferenceMs: number;
            };
          }
        | {
            /** @description Width of the picture as displayed, in pixels. */
            width: number;
            /** @description Height of the picture as displayed, in pixels. */
            height: number;
            /** @description By the model's name. */
            results: {
              [key: string]:
                | {
                    /** @description The model's version. */
                    version: string;
                    faces: {
                      /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                      box: number[];
                      /** @description How sure the model is. */
                      score?: number;
                      /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
                      landmarks?: number[][];
                      /** @description A vector of length 1. The scalar product of two is high where they are of one person. */
                      encoding?: number[];
                    }[];
                  }
                | {
                    /** @description The model's version. */
                    version: string;
                    labels: {
                      label: string;
                      /** @description The class's id in WordNet. */
                      wnid?: string;
                      /** @description How sure the model is. */
                      score: number;
                    }[];
                  }
                | {
                    /** @description The model's version. */
                    version: string;
                    objects: {
                      label: string;
                      /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                      box: number[];
                      /** @description How sure the model is. */
                      score: number;
                    }[];
                  };
            };
            timings: {
              /** @description Time the image waited for a thread. */
              queueMs: number;
              /** @description Time to check, decode and prepare the image. */
              decodeMs: number;
              /** @description Time the model took. */
              inferenceMs: number;
              /** @description Of `inferenceMs`, the time of each model. What two models share counts for the first of them. */
              perModelMs: {
                [key: string]: number;
              };
            };
          };
      /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
      problem?: {
        /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
        type: string;
        /** @description What kind of problem this is; the same for every occurrence. */
        title: string;
        /** @description The HTTP status of the problem. */
        status: number;
        /**
         * @description Stable code to program against.
         * @enum {unknown}
         */
        code:
          | "MALFORMED_REQUEST"
          | "NO_IMAGE"
          | "INVALID_OPTION"
          | "INVALID_TENSOR"
          | "INVALID_CALLBACK_URL"
          | "WEBHOOKS_DISABLED"
          | "NOT_FOUND"
          | "JOB_NOT_FOUND"
          | "MODEL_NOT_FOUND"
          | "METHOD_NOT_ALLOWED"
          | "NOT_ACCEPTABLE"
          | "UPLOAD_TIMEOUT"
          | "JOB_STATE_CONFLICT"
          | "IDEMPOTENCY_KEY_IN_USE"
          | "PICTURE_GONE"
          | "REQUEST_TOO_LARGE"
          | "TOO_MANY_IMAGES"
          | "IMAGE_TOO_LARGE"
          | "TOO_MANY_PIXELS"
          | "UNSUPPORTED_MEDIA_TYPE"
          | "EMPTY_IMAGE"
          | "UNDECODABLE_IMAGE"
          | "DEADLINE_PASSED"
          | "IDEMPOTENCY_KEY_REUSED"
          | "MODEL_UNAVAILABLE"
          | "OVERLOADED"
          | "SHUTTING_DOWN"
          | "NO_DETECTOR"
          | "SERVICE_UNAVAILABLE"
          | "WORKER_LOST"
          | "NODE_LOST"
          | "STORE_UNAVAILABLE"
          | "IMAGE_TIMEOUT"
          | "STORAGE_FULL"
          | "STORE_LOCKED"
          | "STORE_CORRUPT"
          | "INTERNAL_ERROR";
        /** @description What went wrong this time. */
        detail: string;
        /** @description The request's `X-Request-Id`. */
        requestId?: string;
      };
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
      /** @enum {unknown} */
      jobState: "created" | "queued" | "running" | "succeeded" | "partially_failed" | "failed" | "cancelled";
      /** @description Every image of the job, in the order of upload, whatever its state. */
      items: {
        /** @description Position in the order of upload. */
        index: number;
        fileName: string | null;
        sha256: string;
        bytes: number;
        /** @enum {unknown} */
        state: "pending" | "running" | "done" | "failed";
        /** @description Attempts started so far. */
        attempts: number;
        result?:
          | {
              /** @description Width of the picture as displayed, in pixels. */
              width: number;
              /** @description Height of the picture as displayed, in pixels. */
              height: number;
              /** @description A box for each face. */
              faces: number[][];
              timings: {
                /** @description Time the image waited for a thread. */
                queueMs: number;
                /** @description Time to check, decode and prepare the image. */
                decodeMs: number;
                /** @description Time the model took. */
                inferenceMs: number;
              };
            }
          | {
              /** @description Width of the picture as displayed, in pixels. */
              width: number;
              /** @description Height of the picture as displayed, in pixels. */
              height: number;
              /** @description By the model's name. */
              results: {
                [key: string]:
                  | {
                      /** @description The model's version. */
                      version: string;
                      faces: {
                        /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                        box: number[];
                        /** @description How sure the model is. */
                        score?: number;
                        /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
                        landmarks?: number[][];
                        /** @description A vector of length 1. The scalar product of two is high where they are of one person. */
                        encoding?: number[];
                      }[];
                    }
                  | {
                      /** @description The model's version. */
                      version: string;
                      labels: {
                        label: string;
                        /** @description The class's id in WordNet. */
                        wnid?: string;
                        /** @description How sure the model is. */
                        score: number;
                      }[];
                    }
                  | {
                      /** @description The model's version. */
                      version: string;
                      objects: {
                        label: string;
                        /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                        box: number[];
                        /** @description How sure the model is. */
                        score: number;
                      }[];
                    };
              };
              timings: {
                /** @description Time the image waited for a thread. */
                queueMs: number;
                /** @description Time to check, decode and prepare the image. */
                decodeMs: number;
                /** @description Time the model took. */
                inferenceMs: number;
                /** @description Of `inferenceMs`, the time of each model. What two models share counts for the first of them. */
                perModelMs: {
                  [key: string]: number;
                };
              };
            };
        /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
        problem?: {
          /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
          type: string;
          /** @description What kind of problem this is; the same for every occurrence. */
          title: string;
          /** @description The HTTP status of the problem. */
          status: number;
          /**
           * @description Stable code to program against.
           * @enum {unknown}
           */
          code:
            | "MALFORMED_REQUEST"
            | "NO_IMAGE"
            | "INVALID_OPTION"
            | "INVALID_TENSOR"
            | "INVALID_CALLBACK_URL"
            | "WEBHOOKS_DISABLED"
            | "NOT_FOUND"
            | "JOB_NOT_FOUND"
            | "MODEL_NOT_FOUND"
            | "METHOD_NOT_ALLOWED"
            | "NOT_ACCEPTABLE"
            | "UPLOAD_TIMEOUT"
            | "JOB_STATE_CONFLICT"
            | "IDEMPOTENCY_KEY_IN_USE"
            | "PICTURE_GONE"
            | "REQUEST_TOO_LARGE"
            | "TOO_MANY_IMAGES"
            | "IMAGE_TOO_LARGE"
            | "TOO_MANY_PIXELS"
            | "UNSUPPORTED_MEDIA_TYPE"
            | "EMPTY_IMAGE"
            | "UNDECODABLE_IMAGE"
            | "DEADLINE_PASSED"
            | "IDEMPOTENCY_KEY_REUSED"
            | "MODEL_UNAVAILABLE"
            | "OVERLOADED"
            | "SHUTTING_DOWN"
            | "NO_DETECTOR"
            | "SERVICE_UNAVAILABLE"
            | "WORKER_LOST"
            | "NODE_LOST"
            | "STORE_UNAVAILABLE"
            | "IMAGE_TIMEOUT"
            | "STORAGE_FULL"
            | "STORE_LOCKED"
            | "STORE_CORRUPT"
            | "INTERNAL_ERROR";
          /** @description What went wrong this time. */
          detail: string;
          /** @description The request's `X-Request-Id`. */
          requestId?: string;
        };
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
      }[];
      /** @description Absent on the last page. */
      nextCursor?: string;
    };
    DeadLetterPage: {
      items: {
        /** @description The job's id. */
        jobId: string;
        /** @description Position in the order of upload. */
        index: number;
        fileName: string | null;
        sha256: string;
        bytes: number;
        /** @enum {unknown} */
        state: "pending" | "running" | "done" | "failed";
        /** @description Attempts started so far. */
        attempts: number;
        result?:
          | {
              /** @description Width of the picture as displayed, in pixels. */
              width: number;
              /** @description Height of the picture as displayed, in pixels. */
              height: number;
              /** @description A box for each face. */
              faces: number[][];
              timings: {
                /** @description Time the image waited for a thread. */
                queueMs: number;
                /** @description Time to check, decode and prepare the image. */
                decodeMs: number;
                /** @description Time the model took. */
                inferenceMs: number;
              };
            }
          | {
              /** @description Width of the picture as displayed, in pixels. */
              width: number;
              /** @description Height of the picture as displayed, in pixels. */
              height: number;
              /** @description By the model's name. */
              results: {
                [key: string]:
                  | {
                      /** @description The model's version. */
                      version: string;
                      faces: {
                        /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                        box: number[];
                        /** @description How sure the model is. */
                        score?: number;
                        /** @description `[x, y]` of the person's right eye, left eye, nose, right and left corner of the mouth, in pixels. */
                        landmarks?: number[][];
                        /** @description A vector of length 1. The scalar product of two is high where they are of one person. */
                        encoding?: number[];
                      }[];
                    }
                  | {
                      /** @description The model's version. */
                      version: string;
                      labels: {
                        label: string;
                        /** @description The class's id in WordNet. */
                        wnid?: string;
                        /** @description How sure the model is. */
                        score: number;
                      }[];
                    }
                  | {
                      /** @description The model's version. */
                      version: string;
                      objects: {
                        label: string;
                        /** @description `[x, y, width, height]` in pixels of the picture as displayed (its EXIF orientation applied). */
                        box: number[];
                        /** @description How sure the model is. */
                        score: number;
                      }[];
                    };
              };
              timings: {
                /** @description Time the image waited for a thread. */
                queueMs: number;
                /** @description Time to check, decode and prepare the image. */
                decodeMs: number;
                /** @description Time the model took. */
                inferenceMs: number;
                /** @description Of `inferenceMs`, the time of each model. What two models share counts for the first of them. */
                perModelMs: {
                  [key: string]: number;
                };
              };
            };
        /** @description Problem details (RFC 9457). Further members give facts such as the limit that was exceeded. */
        problem?: {
          /** @description A URI reference that identifies the kind of problem: `/problems/<code>`. */
          type: string;
          /** @description What kind of problem this is; the same for every occurrence. */
          title: string;
          /** @description The HTTP status of the problem. */
          status: number;
          /**
           * @description Stable code to program against.
           * @enum {unknown}
           */
          code:
            | "MALFORMED_REQUEST"
            | "NO_IMAGE"
            | "INVALID_OPTION"
            | "INVALID_TENSOR"
            | "INVALID_CALLBACK_URL"
            | "WEBHOOKS_DISABLED"
            | "NOT_FOUND"
            | "JOB_NOT_FOUND"
            | "MODEL_NOT_FOUND"
            | "METHOD_NOT_ALLOWED"
            | "NOT_ACCEPTABLE"
            | "UPLOAD_TIMEOUT"
            | "JOB_STATE_CONFLICT"
            | "IDEMPOTENCY_KEY_IN_USE"
            | "PICTURE_GONE"
            | "REQUEST_TOO_LARGE"
            | "TOO_MANY_IMAGES"
            | "IMAGE_TOO_LARGE"
            | "TOO_MANY_PIXELS"
            | "UNSUPPORTED_MEDIA_TYPE"
            | "EMPTY_IMAGE"
            | "UNDECODABLE_IMAGE"
            | "DEADLINE_PASSED"
            | "IDEMPOTENCY_KEY_REUSED"
            | "MODEL_UNAVAILABLE"
            | "OVERLOADED"
            | "SHUTTING_DOWN"
            | "NO_DETECTOR"
            | "SERVICE_UNAVAILABLE"
            | "WORKER_LOST"
            | "NODE_LOST"
            | "STORE_UNAVAILABLE"
            | "IMAGE_TIMEOUT"
            | "STORAGE_FULL"
            | "STORE_LOCKED"
            | "STORE_CORRUPT"
            | "INTERNAL_ERROR";
          /** @description What went wrong this time. */
          detail: string;
          /** @description The request's `X-Request-Id`. */
          requestId?: string;
        };
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
      }[];
      /** @description Absent on the last page. */
      nextCursor?: string;
    };
    Event: {
      /** @description Place in the log: one more for each next event. */
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
      /** @description What the change was. */
      data: Record<string, never>;
    };
    EventPage: {
      items: {
        /** @description Place in the log: one more for each next event. */
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
        /** @description What the change was. */
        data: Record<string, never>;
      }[];
      /** @description The point to read on from: the next page's `after`. */
      next: number;
    };
    HaarEngineState: {
      /**
       * @description Both give the same boxes; `exact` is about ten times faster.
       * @enum {unknown}
       */
      name: "exact" | "opencv";
      /** @enum {unknown} */
      instructionSet?: "avx2" | "sse2" | "portable";
      /** @description Why OpenCV's engine stands in for ours. */
      fallbackReason?: string;
    };
    Model: {
      name: string;
      /** @enum {unknown} */
      task: "face-detection" | "face-encoding" | "image-classification" | "object-detection";
      /** @description The version of what was trained; it stands in every result. */
      version: string;
      licence: string;
      /** @description What to know before using it. */
      notes?: string;
      /** @enum {unknown} */
      state: "ready" | "unavailable";
      /** @description Why it is unavailable. */
      reason?: string;
      engine?: {
        /**
         * @description Both give the same boxes; `exact` is about ten times faster.
         * @enum {unknown}
         */
        name: "exact" | "opencv";
        /** @enum {unknown} */
        instructionSet?: "avx2" | "sse2" | "portable";
        /** @description Why OpenCV's engine stands in for ours. */
        fallbackReason?: string;
      };
      /** @description The files it is loaded from, checked at the start. */
      files: {
        name: string;
        sha256: string;
        bytes: number;
      }[];
      /** @description What the network itself takes and gives, as tensors of floats (`POST /v2/models/{name}/infer`). */
      network?: {
        input: {
          name: string;
          /** @description -1 stands for any size. */
          shape: number[];
        };
        outputs: {
          name: string;
          /** @description -1 stands for any size. */
          shape: number[];
        }[];
      };
      /** @description What becomes of a picture before the model sees it, and so the limits of it. */
      input: string;
      /** @description `score`: least score reported. `overlap`: least overlap of two boxes of one thing. `samePerson`: least scalar product of two encodings of one person. */
      thresholds: {
        [key: string]: number;
      };
      quality: {
        measure: string;
        value: string;
        source: string;
      }[];
    };
    ModelPage: {
      items: {
        name: string;
        /** @enum {unknown} */
        task: "face-detection" | "face-encoding" | "image-classification" | "object-detection";
        /** @description The version of what was trained; it stands in every result. */
        version: string;
        licence: string;
        /** @description What to know before using it. */
        notes?: string;
        /** @enum {unknown} */
        state: "ready" | "unavailable";
        /** @description Why it is unavailable. */
        reason?: string;
        engine?: {
          /**
           * @description Both give the same boxes; `exact` is about ten times faster.
           * @enum {unknown}
           */
          name: "exact" | "opencv";
          /** @enum {unknown} */
          instructionSet?: "avx2" | "sse2" | "portable";
          /** @description Why OpenCV's engine stands in for ours. */
          fallbackReason?: string;
        };
        /** @description The files it is loaded from, checked at the start. */
        files: {
          name: string;
          sha256: string;
          bytes: number;
        }[];
        /** @description What the network itself takes and gives, as tensors of floats (`POST /v2/models/{name}/infer`). */
        network?: {
          input: {
            name: string;
            /** @description -1 stands for any size. */
            shape: number[];
          };
          outputs: {
            name: string;
            /** @description -1 stands for any size. */
            shape: number[];
          }[];
        };
        /** @description What becomes of a picture before the model sees it, and so the limits of it. */
        input: string;
        /** @description `score`: least score reported. `overlap`: least overlap of two boxes of one thing. `samePerson`: least scalar product of two encodings of one person. */
        thresholds: {
          [key: string]: number;
        };
        quality: {
          measure: string;
          value: string;
          source: string;
        }[];
      }[];
    };
    ModelMetadata: {
      name: string;
      versions: string[];
      platform: string;
      /** @description A request has one of them. */
      inputs: {
        name: string;
        /** @enum {unknown} */
        datatype: "BYTES" | "FP32" | "INT32";
        /** @description -1 stands for any size. */
        shape: number[];
      }[];
      /** @description First those of a picture, then those of the network. */
      outputs: {
        name: string;
        /** @enum {unknown} */
        datatype: "BYTES" | "FP32" | "INT32";
        /** @description -1 stands for any size. */
        shape: number[];
      }[];
    };
    InferenceRequest: {
      /** @description Comes back with the answer. */
      id?: string;
      /** @description Options of a picture, as of `POST /process`; `binary_data_output` for all outputs in binary. */
      parameters?: {
        [key: string]: string | number | boolean;
      } & {
        binary_data_output?: boolean;
      };
      inputs: {
        name: string;
        shape: number[];
        /** @description `BYTES` for a picture, `FP32` for the network's own input. */
        datatype: string;
        parameters?: {
          [key: string]: string | number | boolean;
        } & {
          /** @description Bytes of the tensor, which come behind the JSON. */
          binary_data_size?: number;
        };
        /** @description The file in base64, or numbers row by row, flat or nested. */
        data?: unknown[];
      }[];
      /** @description The outputs that are wanted; all, where this is left out. */
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
        /** @enum {unknown} */
        datatype: "BYTES" | "FP32" | "INT32";
        shape: number[];
        parameters?: {
          binary_data_size: number;
        };
        data?: (number | string)[];
      }[];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  process: {
    parameters: {
      query?: {
        /** @description Names of models (`GET /v1/models`), separated by commas, all of which each image is given to. With it the receipts have `results` by model; without it `faces-haar` is run, and they have `faces`. */
        models?: string;
        /** @description How much the search window grows from one scale to the next. */
        scaleFactor?: number;
        /** @description How many overlapping windows a face needs. 0 returns every window, ungrouped. */
        minNeighbors?: number;
        /** @description Width and height of the smallest face that is reported, in pixels. */
        minSize?: number;
        /** @description Least score of a face or an object, instead of each model's own threshold. With `models` only. */
        scoreThreshold?: number;
        /** @description How many classes of an image classification are reported; 5 by default. With `models` only. */
        topK?: number;
        /** @description Make a job of the request and answer at once; as `Prefer: respond-async`. */
        async?: boolean;
        /** @description Return the picture with its boxes drawn, as PNG, instead of JSON. One image only. */
        annotate?: boolean;
      };
      header?: {
        /**
         * @description `respond-async` makes a job of the request; `wait=10` does too, and answers with the results if they are there within 10 seconds. Either way nothing has to be uploaded again.
         * @example wait=10
         */
        Prefer?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description Any number of files, one image, or JSON with base64. */
    requestBody: {
      content: {
        "multipart/form-data": {
          /** @description The files. Fields named `image_files`, `image`, `file`, `files` or otherwise are files just as well; fields that are not files are refused. */
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
        "application/json": {
          images: (
            | {
                fileName?: string;
                /** @description The file's bytes in base64 (RFC 4648, section 4). */
                data: string;
              }
            | string
          )[];
        };
      };
    };
    responses: {
      /** @description A receipt for each image: what was found, or the image's own problem. */
      200: {
        headers: {
          /** @description The request's id. */
          "X-Request-Id"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProcessAnswer"];
          "image/png": string;
          "image/jpeg": string;
        };
      };
      /** @description The request became a job, as preferred. */
      202: {
        headers: {
          /** @description The request's id. */
          "X-Request-Id"?: string;
          /** @description The job. */
          Location?: string;
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
       * @description `MALFORMED_REQUEST`: The request body cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `NOT_ACCEPTABLE`: None of the accepted media types can be produced. */
      406: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UPLOAD_TIMEOUT`: The request body did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IDEMPOTENCY_KEY_IN_USE`: A request with this key is being processed. */
      409: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
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
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       *
       *     `IDEMPOTENCY_KEY_REUSED`: The key belongs to another request.
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `INTERNAL_ERROR`: The service failed.
       *
       *     `STORE_CORRUPT`: Stored data is damaged.
       */
      500: {
        headers: {
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
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IMAGE_TIMEOUT`: The image was not processed in time. */
      504: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listJobs: {
    parameters: {
      query?: {
        /** @description One or more states, separated by commas. */
        state?: string;
        /** @description A model a job must have, beside others maybe. */
        model?: string;
        /** @description Labels a job must have: `key:value,key:value`. */
        labels?: string;
        /** @description RFC 3339, UTC. */
        createdFrom?: string;
        /** @description RFC 3339, UTC. */
        createdBefore?: string;
        /** @description A minus sorts downwards. */
        sort?: "createdAt" | "-createdAt" | "priority" | "-priority";
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Most items of a page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of jobs. */
      200: {
        headers: {
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
      /** @description `INVALID_OPTION`: An option is unknown or out of bounds. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  createJob: {
    parameters: {
      query?: {
        /** @description The model to run. */
        model?: string;
        /** @description Higher goes first. */
        priority?: number;
        /** @description Images not started by then fail. */
        deadline?: string;
        /** @description Where the job's events are posted. */
        callbackUrl?: string;
        /** @description False leaves the job `created`: add images, then execute it. */
        execute?: boolean;
        /** @description Names of models (`GET /v1/models`), separated by commas, all of which each image is given to. With it the receipts have `results` by model; without it `faces-haar` is run, and they have `faces`. */
        models?: string;
        /** @description How much the search window grows from one scale to the next. */
        scaleFactor?: number;
        /** @description How many overlapping windows a face needs. 0 returns every window, ungrouped. */
        minNeighbors?: number;
        /** @description Width and height of the smallest face that is reported, in pixels. */
        minSize?: number;
        /** @description Least score of a face or an object, instead of each model's own threshold. With `models` only. */
        scoreThreshold?: number;
        /** @description How many classes of an image classification are reported; 5 by default. With `models` only. */
        topK?: number;
        /** @description Text of your own to find jobs by: `key:value,key:value`. */
        labels?: string;
      };
      header?: {
        /** @description A key of your own, 1 to 255 characters. The same request with the same key within 24 hours has the same effect as once, so that a request whose answer was lost can be sent again; another request with the key is refused. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        "multipart/form-data": {
          /** @description The files. Fields named `image_files`, `image`, `file`, `files` or otherwise are files just as well; fields that are not files are refused. */
          images: string[];
        };
        "image/*": string;
        "application/json": {
          images?: (
            | {
                fileName?: string;
                /** @description The file's bytes in base64 (RFC 4648, section 4). */
                data: string;
              }
            | string
          )[];
          /**
           * @description The model to run.
           * @default faces-haar
           */
          model?: string;
          /** @description Names of models (`GET /v1/models`), all of which each image is given to. */
          models?: string[];
          options?: {
            /**
             * @description How much the search window grows from one scale to the next.
             * @default 1.1
             */
            scaleFactor?: number;
            /**
             * @description How many overlapping windows a face needs. 0 returns every window, ungrouped.
             * @default 6
             */
            minNeighbors?: number;
            /**
             * @description Width and height of the smallest face that is reported, in pixels.
             * @default 96
             */
            minSize?: number;
            /** @description Least score of a face or an object, instead of each model's own threshold. With `models` only. */
            scoreThreshold?: number;
            /** @description How many classes of an image classification are reported; 5 by default. With `models` only. */
            topK?: number;
          };
          /** @description Text of your own to find jobs by. */
          labels?: {
            [key: string]: string;
          };
          /**
           * @description Higher goes first.
           * @default 5
           */
          priority?: number;
          /**
           * Format: date-time
           * @description Images not started by then fail.
           */
          deadline?: string;
          /** @description Where the job's events are posted. */
          callbackUrl?: string;
          /**
           * @description False leaves the job `created`: add images, then execute it.
           * @default true
           */
          execute?: boolean;
        };
      };
    };
    responses: {
      /** @description The job is created and waits to be executed. */
      201: {
        headers: {
          /** @description The job. */
          Location?: string;
          /** @description Seconds after which to look again. */
          "Retry-After"?: number;
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
      /** @description The job is queued. It survives anything from now on. */
      202: {
        headers: {
          /** @description The job. */
          Location?: string;
          /** @description Seconds after which to look again. */
          "Retry-After"?: number;
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
       * @description `MALFORMED_REQUEST`: The request body cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `INVALID_CALLBACK_URL`: The callback URL cannot be used.
       *
       *     `WEBHOOKS_DISABLED`: The service is not configured to send webhooks.
       */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UPLOAD_TIMEOUT`: The request body did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IDEMPOTENCY_KEY_IN_USE`: A request with this key is being processed. */
      409: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
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
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IDEMPOTENCY_KEY_REUSED`: The key belongs to another request. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `STORE_CORRUPT`: Stored data is damaged.
       *
       *     `INTERNAL_ERROR`: The service failed.
       */
      500: {
        headers: {
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
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job. */
      200: {
        headers: {
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
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  deleteJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job is gone. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  addImages: {
    parameters: {
      query?: never;
      header?: {
        /** @description A key of your own, 1 to 255 characters. The same request with the same key within 24 hours has the same effect as once, so that a request whose answer was lost can be sent again; another request with the key is refused. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "multipart/form-data": {
          /** @description The files. Fields named `image_files`, `image`, `file`, `files` or otherwise are files just as well; fields that are not files are refused. */
          images: string[];
        };
        "image/*": string;
        "application/json": {
          images?: (
            | {
                fileName?: string;
                /** @description The file's bytes in base64 (RFC 4648, section 4). */
                data: string;
              }
            | string
          )[];
          /**
           * @description The model to run.
           * @default faces-haar
           */
          model?: string;
          /** @description Names of models (`GET /v1/models`), all of which each image is given to. */
          models?: string[];
          options?: {
            /**
             * @description How much the search window grows from one scale to the next.
             * @default 1.1
             */
            scaleFactor?: number;
            /**
             * @description How many overlapping windows a face needs. 0 returns every window, ungrouped.
             * @default 6
             */
            minNeighbors?: number;
            /**
             * @description Width and height of the smallest face that is reported, in pixels.
             * @default 96
             */
            minSize?: number;
            /** @description Least score of a face or an object, instead of each model's own threshold. With `models` only. */
            scoreThreshold?: number;
            /** @description How many classes of an image classification are reported; 5 by default. With `models` only. */
            topK?: number;
          };
          /** @description Text of your own to find jobs by. */
          labels?: {
            [key: string]: string;
          };
          /**
           * @description Higher goes first.
           * @default 5
           */
          priority?: number;
          /**
           * Format: date-time
           * @description Images not started by then fail.
           */
          deadline?: string;
          /** @description Where the job's events are posted. */
          callbackUrl?: string;
          /**
           * @description False leaves the job `created`: add images, then execute it.
           * @default true
           */
          execute?: boolean;
        };
      };
    };
    responses: {
      /** @description The job. */
      200: {
        headers: {
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
       * @description `MALFORMED_REQUEST`: The request body cannot be read.
       *
       *     `NO_IMAGE`: The request contains no image.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UPLOAD_TIMEOUT`: The request body did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `IDEMPOTENCY_KEY_IN_USE`: A request with this key is being processed.
       *
       *     `JOB_STATE_CONFLICT`: The job's state does not allow this.
       */
      409: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
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
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IDEMPOTENCY_KEY_REUSED`: The key belongs to another request. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `STORE_CORRUPT`: Stored data is damaged.
       *
       *     `INTERNAL_ERROR`: The service failed.
       */
      500: {
        headers: {
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
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORAGE_FULL`: The service has no storage left. */
      507: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  executeJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job is queued. */
      202: {
        headers: {
          /** @description The job. */
          Location?: string;
          /** @description Seconds after which to look again. */
          "Retry-After"?: number;
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
      /** @description `NO_IMAGE`: The request contains no image. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_STATE_CONFLICT`: The job's state does not allow this. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  cancelJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job. */
      200: {
        headers: {
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
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_STATE_CONFLICT`: The job's state does not allow this. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  retryJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job is queued. */
      202: {
        headers: {
          /** @description The job. */
          Location?: string;
          /** @description Seconds after which to look again. */
          "Retry-After"?: number;
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
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_STATE_CONFLICT`: The job's state does not allow this. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listResults: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Most items of a page. */
        limit?: number;
        /** @description Seconds to wait for the job to be over. */
        wait?: number;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of images. */
      200: {
        headers: {
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
           *               "queueMs": 0.05,
           *               "decodeMs": 4.31,
           *               "inferenceMs": 13.72
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
      /** @description `INVALID_OPTION`: An option is unknown or out of bounds. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listDeadLetters: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Most items of a page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of images. */
      200: {
        headers: {
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
      /** @description `INVALID_OPTION`: An option is unknown or out of bounds. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listEvents: {
    parameters: {
      query?: {
        /** @description Only events after this sequence. */
        after?: number;
        /** @description Most items of a page. */
        limit?: number;
        /** @description Seconds to wait for a first event. */
        wait?: number;
      };
      header?: {
        /** @description Of a stream: only events after this sequence. */
        "Last-Event-ID"?: number;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events in their order, or a stream of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "sequence": 1,
           *           "specversion": "1.0",
           *           "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *           "source": "/v1/jobs",
           *           "type": "dev.sightline.job.created",
           *           "subject": "jobs/5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "time": "2026-11-21T12:00:00.000Z",
           *           "datacontenttype": "application/json",
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
          "text/event-stream": string;
        };
      };
      /** @description `INVALID_OPTION`: An option is unknown or out of bounds. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listJobEvents: {
    parameters: {
      query?: {
        /** @description Only events after this sequence. */
        after?: number;
        /** @description Most items of a page. */
        limit?: number;
        /** @description Seconds to wait for a first event. */
        wait?: number;
      };
      header?: {
        /** @description Of a stream: only events after this sequence. */
        "Last-Event-ID"?: number;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events in their order, or a stream of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "sequence": 1,
           *           "specversion": "1.0",
           *           "id": "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11.created.0",
           *           "source": "/v1/jobs",
           *           "type": "dev.sightline.job.created",
           *           "subject": "jobs/5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
           *           "time": "2026-11-21T12:00:00.000Z",
           *           "datacontenttype": "application/json",
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
          "text/event-stream": string;
        };
      };
      /** @description `INVALID_OPTION`: An option is unknown or out of bounds. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `JOB_NOT_FOUND`: There is no such job. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `STORE_UNAVAILABLE`: The service's storage does not answer. */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listModels: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The models of the service. */
      200: {
        headers: {
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
           *           "input": "Grey, its contrast evened out, at its full size. Faces are upright, frontal, and of `minSize` pixels or more.",
           *           "thresholds": {},
           *           "quality": [
           *             {
           *               "measure": "LFW: pictures out of 500 in which the main face is found, and boxes beside it, with minSize 0",
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
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getModel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
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
           *       "input": "Grey, its contrast evened out, at its full size. Faces are upright, frontal, and of `minSize` pixels or more.",
           *       "thresholds": {},
           *       "quality": [
           *         {
           *           "measure": "LFW: pictures out of 500 in which the main face is found, and boxes beside it, with minSize 0",
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
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  inferenceServer: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The server. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "sightline",
           *       "version": "0.1.0",
           *       "extensions": [
           *         "binary_tensor_data"
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
    };
  };
  inferenceLive: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The gateway answers. */
      200: {
        headers: {
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
    };
  };
  inferenceReady: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Images can be processed. */
      200: {
        headers: {
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
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  inferenceModel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
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
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  inferenceModelVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
        /** @description As the model's metadata has it. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
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
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  inferenceModelReady: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model can be used. */
      200: {
        headers: {
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
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
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
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  inferenceModelReadyVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
        /** @description As the model's metadata has it. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model can be used. */
      200: {
        headers: {
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
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
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
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  infer: {
    parameters: {
      query?: never;
      header?: {
        /** @description Bytes of the JSON, where the bytes of the tensor follow it (the protocol's binary tensor extension). */
        "Inference-Header-Content-Length"?: number;
      };
      path: {
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
           *             0.645055,
           *             0.210256
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
       * @description `MALFORMED_REQUEST`: The request body cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `INVALID_TENSOR`: A tensor does not fit the model.
       */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UPLOAD_TIMEOUT`: The request body did not arrive in time. */
      408: {
        headers: {
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
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `INTERNAL_ERROR`: The service failed. */
      500: {
        headers: {
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
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IMAGE_TIMEOUT`: The image was not processed in time. */
      504: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  inferVersion: {
    parameters: {
      query?: never;
      header?: {
        /** @description Bytes of the JSON, where the bytes of the tensor follow it (the protocol's binary tensor extension). */
        "Inference-Header-Content-Length"?: number;
      };
      path: {
        name: string;
        /** @description As the model's metadata has it. */
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
           *             0.645055,
           *             0.210256
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
       * @description `MALFORMED_REQUEST`: The request body cannot be read.
       *
       *     `INVALID_OPTION`: An option is unknown or out of bounds.
       *
       *     `INVALID_TENSOR`: A tensor does not fit the model.
       */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `MODEL_NOT_FOUND`: There is no such model. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UPLOAD_TIMEOUT`: The request body did not arrive in time. */
      408: {
        headers: {
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
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `UNSUPPORTED_MEDIA_TYPE`: The media type is not supported. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /**
       * @description `EMPTY_IMAGE`: The image file is empty.
       *
       *     `UNDECODABLE_IMAGE`: The image file is damaged or truncated.
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `INTERNAL_ERROR`: The service failed. */
      500: {
        headers: {
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
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `IMAGE_TIMEOUT`: The image was not processed in time. */
      504: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  ping: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The gateway answers. */
      200: {
        headers: {
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
    };
  };
  healthz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process is alive. */
      200: {
        headers: {
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
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Metrics in Prometheus' text form. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/plain": string;
        };
      };
    };
  };
  readyz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Images can be processed. */
      200: {
        headers: {
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
       * @description `NO_DETECTOR`: No detector is available.
       *
       *     `SERVICE_UNAVAILABLE`: A part of the service cannot be reached.
       *
       *     `SHUTTING_DOWN`: The service is shutting down.
       */
      503: {
        headers: {
          /** @description Seconds after which a new attempt makes sense. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
}
