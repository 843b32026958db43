/** The checker finds each violation that is planted in a history without one. */
import { describe, expect, it } from "vitest";
import { readText } from "../support/deployment.ts";
import { type RuleName, rules, violationsOf } from "./checker.ts";
import type { Call, Entry, EventsRead, FaultDone, Json, ReadEvent } from "./history.ts";
import { OBSERVER, WHOLE_LOG } from "./observer.ts";
import { markdownOf, reportOf } from "./report.ts";
import { documentedBy } from "./rules/answers.ts";

const documented = documentedBy(JSON.parse(readText("docs/openapi.json")));
const FACES = [[1, 2, 3, 4]];
const images = [
  { name: "a.jpg", faces: FACES },
  { name: "bad.jpg", code: "UNSUPPORTED_MEDIA_TYPE" },
];

type Part = Partial<Call> & Pick<Call, "operation" | "startMs">;
const call = ({ answer = { status: 200, body: {} }, ...rest }: Part): Call => ({
  kind: "call",
  client: "client",
  gateway: "api-1",
  endMs: rest.startMs + 5,
  ...(rest.unknown === undefined && { answer }),
  ...rest,
});
const of = (operation: string, job: string, startMs: number, body: Json, status = 200): Call =>
  call({ operation, job, startMs, answer: { status, body } });
const observed = (entry: Call): Call => ({ ...entry, client: OBSERVER });
const creation = (key: string, id: string, startMs: number, more: Partial<Call> = {}): Call =>
  call({
    operation: "POST /v1/jobs",
    key,
    images: [0, 1],
    isExecuted: true,
    startMs,
    answer: { status: 202, body: { id, state: "queued" } },
    ...more,
  });

/** The images of a job that is `partially_failed`: the first is good and the second is not. */
const results = [
  { index: 0, fileName: "a.jpg", state: "done", attempts: 2, result: { faces: FACES } },
  { index: 1, fileName: "bad.jpg", state: "failed", attempts: 0, problem: { code: "UNSUPPORTED_MEDIA_TYPE" } },
];
const counts = (done: number, failed: number) => ({ total: 2, done, failed, pending: 2 - done - failed, running: 0 });
const ended = (id: string, key: string) => ({ id, state: "partially_failed", labels: { key }, images: counts(1, 1) });
const cancelled = { id: "job2", state: "cancelled", labels: { key: "key2" }, images: counts(0, 1) };
const untouched = [{ ...results[0], state: "pending", attempts: 0, result: undefined }, results[1]];

function eventsOf(job: string, ...names: readonly string[]): Omit<ReadEvent, "sequence">[] {
  const revisions = new Map<string, number>();
  return names.map((name) => {
    const [kind = "", state = ""] = name.split(".");
    const subject = kind === "job" ? `jobs/${job}` : `jobs/${job}/images/0`;
    const revision = (revisions.get(kind) ?? (kind === "job" ? -1 : 0)) + 1;
    revisions.set(kind, revision);
    const id = state === "deleted" ? `${job}.deleted` : `${subject}.${state}.${revision}`;
    return { id, type: `dev.sightline.${name}`, subject };
  });
}
const attempt = ["image.running", "image.pending", "image.running", "image.done"];
const log = [
  ...eventsOf("job1", "job.created", "job.queued", "job.running", ...attempt, "job.partially_failed"),
  ...eventsOf("job2", "job.created", "job.queued", "job.cancelled"),
  ...eventsOf("job3", "job.created", "job.queued", "job.running", ...attempt, "job.partially_failed", "job.deleted"),
].map((event, index) => ({ ...event, sequence: index + 1 }));
const logOf = (job: string) => log.filter(({ subject }) => subject.split("/")[1] === job);
const read = (client: string, events: readonly ReadEvent[]): EventsRead => ({ kind: "events", client, events });
const fault: FaultDone = {
  kind: "fault",
  fault: { kind: "killed", hosts: ["api-2"], ms: 0 },
  startMs: 300,
  endMs: 400,
};

/** By names, so that a test can change one of them. */
const good = {
  beginning: { kind: "beginning", seed: 1, images },
  create1: creation("key1", "job1", 10),
  again1: creation("key1", "job1", 12),
  read1: of("GET /v1/jobs/{id}", "job1", 30, { id: "job1", state: "running", images: counts(0, 1) }),
  over1: of("GET /v1/jobs/{id}", "job1", 50, ended("job1", "key1")),
  create2: creation("key2", "job2", 60),
  cancel2: of("POST /v1/jobs/{id}/cancel", "job2", 70, cancelled),
  create3: creation("key3", "job3", 100),
  over3: of("GET /v1/jobs/{id}", "job3", 130, ended("job3", "key3")),
  delete3: of("DELETE /v1/jobs/{id}", "job3", 140, undefined, 204),
  gone3: of("GET /v1/jobs/{id}", "job3", 150, { code: "JOB_NOT_FOUND", status: 404 }, 404),
  process: call({
    operation: "POST /process",
    images: [0, 1],
    startMs: 200,
    answer: {
      status: 200,
      body: {
        images: [
          { fileName: "a.jpg", faces: FACES },
          { fileName: "bad.jpg", problem: { code: "UNSUPPORTED_MEDIA_TYPE", status: 415 } },
        ],
      },
    },
  }),
  refused: call({ operation: "POST /process", startMs: 250, answer: { status: 503, body: { code: "NO_DETECTOR" } } }),
  fault,
  broken: call({ operation: "GET /v1/events", gateway: "api-2", startMs: 350, unknown: "ECONNRESET" }),
  pages: read("pages", log),
  stream: read("stream", log.slice(2)),
  waiting: observed(
    call({
      operation: "GET /v1/jobs",
      startMs: 990,
      answer: { status: 200, body: { items: [ended("job1", "key1")] } },
    }),
  ),
  quiet: { kind: "quiet", ms: 1_000 },
  list: observed(
    call({
      operation: "GET /v1/jobs",
      startMs: 1_010,
      answer: { status: 200, body: { items: [ended("job1", "key1"), cancelled] } },
    }),
  ),
  final1: observed(of("GET /v1/jobs/{id}", "job1", 1_020, ended("job1", "key1"))),
  results1: observed(of("GET /v1/jobs/{id}/results", "job1", 1_030, { jobState: "partially_failed", items: results })),
  log1: read("job1", logOf("job1")),
  final2: observed(of("GET /v1/jobs/{id}", "job2", 1_040, cancelled)),
  results2: observed(of("GET /v1/jobs/{id}/results", "job2", 1_050, { jobState: "cancelled", items: untouched })),
  final3: observed(of("GET /v1/jobs/{id}", "job3", 1_060, { code: "JOB_NOT_FOUND", status: 404 }, 404)),
  whole: read(WHOLE_LOG, log),
} as const satisfies Readonly<Record<string, Entry>>;
type Change = { readonly [name in keyof typeof good]?: Entry | undefined };

/** The rules that a changed history violates. Entries that are undefined are left out; others may be added. */
function violated(change: Change = {}, more: readonly Entry[] = []): string[] {
  const entries = Object.values<Entry | undefined>({ ...good, ...change }).filter((entry) => entry !== undefined);
  return [...new Set(violationsOf([...entries, ...more], documented).map(({ rule }) => rule))];
}

const answered = (entry: Call, body: Json, status = 200): Call => ({ ...entry, answer: { status, body } });
const listing = (...items: readonly Json[]) => answered(good.list, { items });
const renumbered = (events: readonly Omit<ReadEvent, "sequence">[]) =>
  events.map((event, index) => ({ ...event, sequence: index + 1 }));
const rewritten = (events: readonly Omit<ReadEvent, "sequence">[]): Change => {
  const all = renumbered(events);
  const own = all.filter(({ subject }) => subject.split("/")[1] === "job1");
  return { whole: read(WHOLE_LOG, all), pages: read("pages", all), stream: undefined, log1: read("job1", own) };
};
const stored = (index: number, change: Json) =>
  answered(good.results1, { items: results.map((image, at) => (at === index ? { ...image, ...change } : image)) });
const swapped = <T>(list: readonly T[], at: number) => [
  ...list.slice(0, at),
  ...list.slice(at, at + 2).reverse(),
  ...list.slice(at + 2),
];

const existence = "what was acknowledged exists, what was deleted does not";
const once = "one key makes one job";
const outcome = "each job and each image has the right outcome";
const monotonic = "nobody is told the contrary of what was told before";
const inOrder = "the log has each event once, in order";
const readers = "readers get the log without a gap or a repetition";
const told = "the log tells what the jobs tell";
const documentation = "each answer is documented";
const exact = "answers at once are exact";
const silence = "whoever waits gets an answer";
const survival = "no process ends by itself";

type Planted = readonly [what: string, rule: RuleName, change: Change, more?: readonly Entry[]];
const planted: readonly Planted[] = [
  [
    "an acknowledged job is gone",
    existence,
    { final1: answered(good.final1, { code: "JOB_NOT_FOUND" }, 404), list: listing(cancelled) },
  ],
  ["an acknowledged job is not listed", existence, { list: listing(cancelled) }],
  ["a job is listed twice", existence, { list: listing(ended("job1", "key1"), ended("job1", "key1"), cancelled) }],
  [
    "a deleted job is there",
    existence,
    {
      final3: answered(good.final3, ended("job3", "key3")),
      list: listing(ended("job1", "key1"), cancelled, ended("job3", "key3")),
    },
  ],
  ["two answers to one key name two jobs", once, { again1: creation("key1", "job9", 12) }],
  [
    "a key has a job that no client was told of",
    once,
    { list: listing(ended("job1", "key1"), cancelled, ended("job9", "key1")) },
  ],
  [
    "there is a job that nobody asked for",
    once,
    { list: listing(ended("job1", "key1"), cancelled, ended("job9", "key9")) },
  ],
  ["a job has not ended", outcome, { final1: answered(good.final1, { ...ended("job1", "key1"), state: "running" }) }],
  ["a job was cancelled and went on", outcome, { final2: answered(good.final2, { ...cancelled, state: "failed" }) }],
  ["a job is cancelled and nobody asked for it", outcome, { cancel2: undefined }],
  [
    "a job was executed and nobody asked for it",
    outcome,
    { create1: { ...good.create1, isExecuted: false }, again1: undefined },
  ],
  ["an image is lost", outcome, { results1: answered(good.results1, { items: results.slice(0, 1) }) }],
  ["an image has other faces", outcome, { results1: stored(0, { result: { faces: [[1, 2, 3, 5]] } }) }],
  ["an image has another name", outcome, { results1: stored(0, { fileName: "b.jpg" }) }],
  ["a good image failed", outcome, { results1: stored(0, { state: "failed", problem: { code: "NODE_LOST" } }) }],
  ["a bad image has another problem", outcome, { results1: stored(1, { problem: { code: "UNDECODABLE_IMAGE" } }) }],
  ["an image still runs", outcome, { results1: stored(0, { state: "running" }) }],
  [
    "a job counts other images than it has",
    outcome,
    { final1: answered(good.final1, { ...ended("job1", "key1"), images: counts(2, 0) }) },
  ],
  [
    "a job ended in another state than its images",
    outcome,
    { final1: answered(good.final1, { ...ended("job1", "key1"), state: "succeeded" }) },
  ],
  [
    "a job that ran is queued again",
    monotonic,
    {},
    [of("GET /v1/jobs/{id}", "job1", 40, { state: "queued", images: counts(0, 1) })],
  ],
  [
    "a job that ended has ended otherwise",
    monotonic,
    {},
    [of("GET /v1/jobs/{id}", "job1", 90, { ...cancelled, id: "job1" })],
  ],
  [
    "an image that was over is not",
    monotonic,
    { read1: answered(good.read1, { state: "running", images: counts(1, 1) }) },
    [of("GET /v1/jobs/{id}", "job1", 40, { state: "running", images: counts(0, 1) })],
  ],
  ["a deleted job comes back", monotonic, {}, [of("GET /v1/jobs/{id}", "job3", 160, ended("job3", "key3"))]],
  [
    "an acknowledged job is not found",
    monotonic,
    {},
    [of("GET /v1/jobs/{id}", "job1", 20, { code: "JOB_NOT_FOUND" }, 404)],
  ],
  [
    "the log has a gap",
    inOrder,
    {
      whole: read(
        WHOLE_LOG,
        log.filter(({ sequence }) => sequence !== 9),
      ),
    },
  ],
  ["the log does not begin with the first", inOrder, { whole: read(WHOLE_LOG, log.slice(1)) }],
  ["the log is empty", inOrder, { whole: read(WHOLE_LOG, []) }],
  ["an event is in the log twice", inOrder, rewritten([...log, log[5] as ReadEvent])],
  ["the events of a job are out of order", inOrder, rewritten(swapped(log, 4))],
  ["an image changes after its job was cancelled", inOrder, rewritten([...log, ...eventsOf("job2", "image.running")])],
  ["there is an event after the deletion", inOrder, rewritten([...log, ...eventsOf("job3", "image.running")])],
  [
    "a reader misses an event",
    readers,
    {
      pages: read(
        "pages",
        log.filter(({ sequence }) => sequence !== 7),
      ),
    },
  ],
  ["a reader gets an event twice", readers, { stream: read("stream", [...log.slice(0, 4), ...log.slice(3)]) }],
  [
    "a reader got what is not in the log",
    readers,
    { stream: read("stream", [{ ...(log[0] as ReadEvent), id: "other" }]) },
  ],
  ["the log of a job misses an event", readers, { log1: read("job1", logOf("job1").slice(1)) }],
  ["the log says nothing of how a job ended", told, rewritten(log.filter(({ id }) => !id.includes("job1.partially")))],
  ["an attempt is not in the log", told, { results1: stored(0, { attempts: 3 }) }],
  [
    "an answer has an undocumented code",
    documentation,
    { refused: answered(good.refused, { code: "KEY_NOT_FOUND" }, 503) },
  ],
  ["an answer has an undocumented status", documentation, { refused: answered(good.refused, {}, 418) }],
  [
    "a well-formed request is called malformed",
    documentation,
    { refused: answered(good.refused, { code: "MALFORMED_REQUEST" }, 400) },
  ],
  ["an answer has no code", documentation, { refused: answered(good.refused, "Bad Gateway", 503) }],
  ["the service failed", documentation, { refused: answered(good.refused, { code: "INTERNAL_ERROR" }, 500) }],
  [
    "an answer at once has other faces",
    exact,
    {
      process: answered(good.process, {
        images: [{ fileName: "a.jpg", faces: [] }, good.process.answer?.body.images[1]],
      }),
    },
  ],
  [
    "an answer at once lacks an image",
    exact,
    { process: answered(good.process, { images: good.process.answer?.body.images.slice(0, 1) }) },
  ],
  [
    "an answer at once blames a good image",
    exact,
    {
      process: answered(good.process, {
        images: [
          { fileName: "a.jpg", problem: { code: "UNDECODABLE_IMAGE", status: 422 } },
          good.process.answer?.body.images[1],
        ],
      }),
    },
  ],
  ["a gateway that nothing happens to breaks off", silence, { fault: undefined }],
  [
    "a gateway never answers",
    silence,
    {},
    [call({ operation: "GET /v1/jobs", startMs: 500, endMs: 60_500, unknown: "no answer" })],
  ],
  [
    "a request is not answered when all is over",
    silence,
    {},
    [observed(call({ operation: "GET /v1/dead-letters", startMs: 1_100, unknown: "no answer" }))],
  ],
  ["a process ends by itself", survival, {}, [{ kind: "end", host: "jobs-1", how: "1" }]],
];

describe("the checker", () => {
  it("finds nothing in a good history", () => {
    expect(violationsOf(Object.values<Entry>(good), documented)).toEqual([]);
  });

  for (const [what, rule, change, more] of planted)
    it(`finds that ${what}`, () => {
      expect(violated(change, more)).toContain(rule);
    });

  it("has a planted violation for each of its rules", () => {
    expect(new Set(planted.map(([, rule]) => rule))).toEqual(new Set(Object.keys(rules)));
  });

  it("accepts what a client cannot know: a call without an answer may have had its effect, or not", () => {
    const unknown = (entry: Call): Call => {
      const { answer: _answer, ...rest } = entry;
      return { ...rest, gateway: "api-2", startMs: 310, endMs: 315, unknown: "ECONNRESET" };
    };
    expect(violated({ cancel2: unknown(good.cancel2) })).toEqual([]);
    expect(violated({ delete3: unknown(good.delete3), gone3: undefined })).toEqual([]);
  });

  it("refuses a history that was cut off", () => {
    expect(() => violated({ quiet: undefined })).toThrow("no end");
  });
});

it("a report has the counts, and each violation", () => {
  const [what = ""] = violated({}, [{ kind: "end", host: "jobs-1", how: "SIGSEGV" }]);
  const history = [...Object.values<Entry>(good)];
  const report = reportOf(history, [{ rule: what as RuleName, what: "jobs-1 ended by itself: SIGSEGV" }]);
  expect(report).toMatchObject({ seed: 1, jobs: 3, images: 4, events: 20, lostAttempts: 1, faults: { killed: 1 } });
  expect(report.answers).toMatchObject({ 202: 4, "503 NO_DETECTOR": 1, ECONNRESET: 1 });
  expect(markdownOf(report)).toContain("- no process ends by itself: jobs-1 ended by itself: SIGSEGV");
});
