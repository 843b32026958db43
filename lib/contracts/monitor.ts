/** What the service says of itself: its nodes, and what is going on. */
import { type Static, Type } from "typebox";
import { contractsOf } from "./action.ts";
import { jobStates } from "./job-states.ts";

const Time = Type.String({ format: "date-time", description: "RFC 3339, UTC." });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const milliseconds = Type.Union([Type.Number({ minimum: 0 }), Type.Null()]);

export const DetectorLoad = Type.Object({
  threads: Type.Integer({ minimum: 1 }),
  running: count("Images in work."),
  waiting: count("Images that wait for a thread."),
});

export const Node = Type.Object({
  id: Type.String(),
  hostname: Type.String(),
  state: Type.Enum(["online", "offline"], { description: "An `offline` node was lost or stopped minutes ago." }),
  services: Type.Array(Type.String()),
  version: Type.Optional(Type.String()),
  startedAt: Type.Optional(Time),
  uptimeSeconds: Type.Optional(count("By the clocks of the two nodes.")),
  detector: Type.Optional(
    Type.Union([DetectorLoad, Type.Null()], {
      description: "What its detector is doing, null where it did not answer in time; absent where it has none.",
    }),
  ),
});
export type Node = Static<typeof Node>;

export const NodePage = Type.Object({ items: Type.Array(Node) });

export const Activity = Type.Object(
  {
    completeSince: Type.String({
      format: "date-time",
      description: "What was before may be missing: a start reads a bounded part of the event log.",
    }),
    lastHour: Type.Object({
      done: count("Images with a result."),
      failed: count("Images that failed."),
      retried: count("Attempts that came to nothing and were made again, or are to be."),
    }),
    lastMinute: Type.Object({
      imagesPerSecond: Type.Number({ minimum: 0 }),
      p50Ms: milliseconds,
      p95Ms: milliseconds,
    }),
    from: Type.String({ format: "date-time", description: "The beginning of the first bucket." }),
    bucketSeconds: Type.Integer({ minimum: 1 }),
    buckets: Type.Object(
      {
        done: Type.Array(count("Images with a result.")),
        failed: Type.Array(count("Images that failed.")),
        p50Ms: Type.Array(milliseconds),
        p95Ms: Type.Array(milliseconds),
      },
      { description: "A value for each bucket, the last of which is not over; null where no image was done." },
    ),
  },
  {
    description:
      "Of images of jobs, by the event log. Percentiles are of the time from an image's arrival at a detector to its " +
      "result, in milliseconds, to within 1 %.",
  },
);
export type Activity = Static<typeof Activity>;

export const Statistics = Type.Object({
  time: Time,
  queue: Type.Object({
    waiting: count("Images of jobs that wait."),
    oldestSeconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
      description: "Time since the job was queued whose images have waited longest; null where none waits.",
    }),
  }),
  jobs: Type.Object(
    Object.fromEntries(jobStates.map((state) => [state, count(`Jobs that are \`${state}\`.`)])) as {
      [State in (typeof jobStates)[number]]: ReturnType<typeof count>;
    },
  ),
  deadLetters: Type.Integer({ minimum: 0, description: "Images that were given up, counted up to 100." }),
  lastSequence: count("The place of the newest event in the log: where to begin to follow it."),
  activity: Activity,
});
export type Statistics = Static<typeof Statistics>;

export const monitorActions = contractsOf("monitor", {
  /** The nodes of the cluster and what their detectors are doing. */
  nodes: { result: Type.Array(Node), isRepeatable: true },
  /** Queue, jobs, and the last hour. */
  statistics: { result: Statistics, isRepeatable: true },
});
