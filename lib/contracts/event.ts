/** Events of jobs and images, as CloudEvents 1.0. */
import { Type } from "typebox";
import type { EventPage as LoggedPage } from "../jobs/event-reader.ts";
import { contractsOf, typed } from "./action.ts";
import { EVENT_CURSOR } from "./event-position.ts";
import { JobId } from "./job.ts";
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
const data = Type.Object({}, { description: "The change." });

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
  data,
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
  data,
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
      Type.Object({ sequence: Type.Integer({ minimum: 1 }), event: Type.Object({ ...attributes, owner, data }) }),
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
