/** Monitoring: the nodes of the service and its current activity. */
import { type Static, Type } from "typebox";
import { contractsOf, NoResult } from "./action.ts";
import { jobStates } from "./job-states.ts";

const Time = Type.String({ format: "date-time", description: "RFC 3339, UTC." });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const milliseconds = Type.Union([Type.Number({ minimum: 0 }), Type.Null()]);

export const DetectorLoad = Type.Object({
  threads: Type.Integer({ minimum: 1 }),
  running: count("Images being processed."),
  waiting: count("Images waiting for a thread."),
});

export const Node = Type.Object({
  id: Type.String(),
  hostname: Type.String(),
  state: Type.Enum(["online", "offline"], { description: "An `offline` node was lost or stopped minutes ago." }),
  services: Type.Array(Type.String()),
  version: Type.Optional(Type.String()),
  startedAt: Type.Optional(Time),
  uptimeSeconds: Type.Optional(count("Computed from the clocks of both nodes.")),
  detector: Type.Optional(
    Type.Union([DetectorLoad, Type.Null()], {
      description: "Load of the node's detector; null if it did not answer in time, absent if the node has none.",
    }),
  ),
});
export type Node = Static<typeof Node>;

export const NodePage = Type.Object({ items: Type.Array(Node) });

export const LastHour = Type.Object({
  done: count("Images with a result."),
  failed: count("Images that failed."),
  retried: count("Failed attempts that were or will be retried."),
});

export const LastMinute = Type.Object({
  imagesPerSecond: Type.Number({ minimum: 0 }),
  p50Ms: milliseconds,
  p95Ms: milliseconds,
});

export const ActivityBuckets = Type.Object(
  {
    done: Type.Array(count("Images with a result.")),
    failed: Type.Array(count("Images that failed.")),
    p50Ms: Type.Array(milliseconds),
    p95Ms: Type.Array(milliseconds),
  },
  { description: "One value per bucket, the last of which is still open; null if no image was done." },
);

export const Activity = Type.Object(
  {
    completeSince: Type.String({
      format: "date-time",
      description:
        "Earlier activity may be missing for a while: after the crash of a node, and after an update of one that did " +
        "not count its activity yet.",
    }),
    lastHour: LastHour,
    lastMinute: LastMinute,
    from: Type.String({ format: "date-time", description: "Start of the first bucket." }),
    bucketSeconds: Type.Integer({ minimum: 1 }),
    buckets: ActivityBuckets,
  },
  {
    description:
      "Activity of job images, as the event log has it. Percentiles are of the time from an image's arrival at a detector " +
      "to its result, in milliseconds, to within 1 %.",
  },
);
export type Activity = Static<typeof Activity>;

export const ActivityQuery = Type.Object(
  {
    range: Type.Optional(
      Type.Enum(["hour", "day", "month"], {
        default: "hour",
        description: "The last hour in buckets of 10 s, 24 hours in those of 15 min, or 30 days in those of 2 h.",
      }),
    ),
  },
  { additionalProperties: false },
);

export const ActivityOfRange = Type.Object(
  {
    range: Type.Enum(["hour", "day", "month"]),
    time: Time,
    from: Type.String({ format: "date-time", description: "Start of the first bucket." }),
    bucketSeconds: Type.Integer({ minimum: 1 }),
    jobs: ActivityBuckets,
    process: ActivityBuckets,
  },
  { description: "Activity of the images of jobs, and of those of `POST /process`, in the same buckets." },
);
export type ActivityOfRange = Static<typeof ActivityOfRange>;
export type ActivityBuckets = Static<typeof ActivityBuckets>;

/** Counts that a gateway has made of the images of its requests, in buckets of ten seconds: see `ActivityBucket`. */
const CountParams = Type.Object(
  {
    buckets: Type.Array(
      Type.Object({
        number: Type.Integer({ minimum: 0 }),
        done: Type.Integer({ minimum: 0 }),
        failed: Type.Integer({ minimum: 0 }),
        retried: Type.Integer({ minimum: 0 }),
        latency: Type.Array(Type.Integer({ minimum: 0 })),
      }),
    ),
  },
  { additionalProperties: false },
);

export const QueueStatistics = Type.Object({
  waiting: count("Images of jobs waiting."),
  oldestSeconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
    description: "Seconds since the longest-waiting job was queued; null if none is waiting.",
  }),
});

export const JobStatistics = Type.Object(
  Object.fromEntries(jobStates.map((state) => [state, count(`Jobs that are \`${state}\`.`)])) as {
    [State in (typeof jobStates)[number]]: ReturnType<typeof count>;
  },
);

export const Statistics = Type.Object({
  time: Time,
  queue: Type.Optional(QueueStatistics),
  jobs: JobStatistics,
  deadLetters: Type.Integer({ minimum: 0, description: "Images that ran out of attempts, counted up to 100." }),
  lastSequence: count(
    "Sequence of the newest event, which may be newer than `time`; start following the log from here.",
  ),
  activity: Type.Optional(Activity),
});
export type Statistics = Static<typeof Statistics>;

const OwnerParams = Type.Object({ owner: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: false });

export const monitorActions = contractsOf("monitor", {
  /** The nodes of the cluster and the load of their detectors. */
  nodes: { result: Type.Array(Node), isRepeatable: true },
  /** Activity of jobs and of requests that are answered at once. */
  activity: { params: ActivityQuery, result: ActivityOfRange, isRepeatable: true },
  /** Adds to the activity of requests. If an answer is lost, the images are counted twice. */
  count: { params: CountParams, result: NoResult },
  /** Queue, jobs, and activity of the last hour. */
  statistics: { result: Statistics, isRepeatable: true },
  /**
   * Statistics of the jobs of an owner, or of those without one. They lack `queue` and `activity`, which cover all
   * owners.
   */
  ownerStatistics: { params: OwnerParams, result: Statistics, isRepeatable: true },
});
