/** Events of jobs and images, as CloudEvents 1.0. */
import { Type } from "typebox";
import type { EventPage as LoggedPage } from "../jobs/event-reader.ts";
import { contractsOf, typed } from "./action.ts";
import { EVENT_CURSOR } from "./event-position.ts";
import { Job, JobId, JobImage } from "./job.ts";
import { imageStates, jobStates } from "./job-states.ts";
import { ImageFindings } from "./results.ts";
import { WaitMs, WaitSeconds } from "./waiting.ts";

const closed = { additionalProperties: false } as const;
const MOST_PER_PAGE = 1000;

export const EventsQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        pattern: EVENT_CURSOR,
        default: "0",
        description:
          "Only events after this one, given by its sequence, or better by its id in the stream or in `Link`: that " +
          "tells too whether the log still has the event.",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_PER_PAGE,
        default: 100,
        description: "Maximum items per page. A page of large events, above 16 MiB, has fewer.",
      }),
    ),
    wait: Type.Optional(WaitSeconds("the first event")),
  },
  closed,
);

const attributes = {
  specversion: Type.Literal("1.0"),
  id: Type.String({ description: "Stable: the same event always has the same id." }),
  source: Type.String(),
  type: Type.String({ description: "`dev.sightline.job.<state>` or `dev.sightline.image.<state>`, and a few more." }),
  subject: Type.String({ description: "`jobs/<id>` or `jobs/<id>/images/<index>`." }),
  time: Type.String({ format: "date-time", description: "RFC 3339, UTC." }),
  datacontenttype: Type.Literal("application/json"),
};
const owner = Type.Optional(
  Type.String({ description: "Extension: id of the owner of the job; absent if it belongs to nobody." }),
);
const { model, labels, priority, images } = Job.properties;
const { index, fileName, sha256, attempts, problem } = JobImage.properties;
const result = Type.Object({ sha256: Type.Optional(sha256), ...ImageFindings.properties });

/** One schema, not a union: generators of clients cannot tell the members of a union apart. */
export const EventData = Type.Object(
  {
    jobId: JobId,
    state: Type.Optional(
      Type.Enum([...new Set([...jobStates, ...imageStates])], {
        description: "The state that the job or the image reached; of a deleted job, its last one.",
      }),
    ),
    run: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "Of a job: how often it was queued, so each retry has a number of its own.",
      }),
    ),
    model: Type.Optional(model),
    labels: Type.Optional(labels),
    priority: Type.Optional(priority),
    images: Type.Optional(images),
    firstIndex: Type.Optional(Type.Integer({ minimum: 0, description: "Of images that were added: the first one." })),
    added: Type.Optional(Type.Integer({ minimum: 0, description: "How many images were added." })),
    index: Type.Optional(index),
    fileName: Type.Optional(fileName),
    sha256: Type.Optional(sha256),
    attempts: Type.Optional(attempts),
    result: Type.Optional(result),
    truncated: Type.Optional(
      Type.Boolean({
        description: "True if the result was too large for the event, and has only its size and timings.",
      }),
    ),
    problem,
  },
  {
    description:
      "The change. Each event has `jobId`. A job's state comes with `run`, `model`, `labels` and `priority`, and with " +
      "`images` once all images are done or failed. Events of added images have `firstIndex` and `added`. An image's " +
      "state comes with `index`, `fileName`, `sha256` and `attempts`, and with its `result` or `problem` once it has " +
      "one.",
  },
);

/** A CloudEvents 1.0 event in structured form, with the extension `sequence`. */
export const CloudEvent = Type.Object({
  ...attributes,
  owner,
  sequence: Type.String({
    pattern: "^\\d+$",
    description:
      "Extension: position in the log, as decimal digits; grows by one per event, and by one more for each erasure.",
  }),
  sequencetype: Type.Literal("Integer", { description: "Extension: `sequence` is compared as a number." }),
  data: EventData,
});

/** The event in a page that is `application/json`. */
export const Event = Type.Object({
  sequence: Type.Integer({
    minimum: 1,
    deprecated: true,
    description:
      "Position in the log, as a number. Deprecated: in the next version it is text, as the CloudEvents extension " +
      "`sequence` has it, and as it is in all other forms already.",
  }),
  ...attributes,
  owner,
  data: EventData,
});

export const EventPage = Type.Object({
  items: Type.Array(Event),
  next: Type.Integer({ minimum: 0, description: "The next page's `after`. That of the header `Link` is safer." }),
});

/** Body of the type `application/cloudevents-batch+json`. */
export const CloudEventBatch = Type.Array(CloudEvent);

export const ReadEventsParams = Type.Object(
  {
    after: Type.Integer({ minimum: 0 }),
    mark: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_PER_PAGE })),
    jobId: Type.Optional(JobId),
    waitMs: Type.Optional(WaitMs),
  },
  closed,
);

const LoggedEvents = typed<LoggedPage>()(
  Type.Object({
    items: Type.Array(
      Type.Object({
        sequence: Type.Integer({ minimum: 1 }),
        event: Type.Object({ ...attributes, owner, data: Type.Object({}) }),
      }),
    ),
    next: Type.Integer({ minimum: 0 }),
  }),
);

export const eventActions = contractsOf("events", {
  /** The caller's events after a position; optionally waits for the first. @throws CURSOR_GONE */
  read: { params: ReadEventsParams, result: LoggedEvents, isRepeatable: true },
  /** The sequence of the log's newest event, whichever owner it has. */
  last: { result: Type.Integer({ minimum: 0 }), isRepeatable: true },
});
