import { MongoNetworkError, MongoServerClosedError, MongoServerError } from "mongodb";
import { NatsError } from "nats";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { asJetStreamFailure } from "../../lib/backends/jetstream/failure.ts";
import { asStoreFailure, atStart } from "../../lib/backends/mongo/failure.ts";
import { asStorageFailure } from "../../lib/backends/sqlite/storage-failure.ts";
import { failure } from "../../lib/errors.ts";
import { FailureLog } from "../../lib/transport/failure-log.ts";

test.each([
  [asStoreFailure, new MongoNetworkError("connect ECONNREFUSED 10.0.0.5:27017"), "The database does not answer."],
  [asStoreFailure, new MongoServerClosedError("Server is closed"), "The database does not answer."],
  [asJetStreamFailure, new NatsError("no connection to 10.0.0.6", "TIMEOUT"), "NATS does not answer."],
])("%o: clients learn that a server does not answer, operators why", (asFailure, error, detail) => {
  expect(asFailure(error)).toMatchObject({ type: "STORE_UNAVAILABLE", message: detail, cause: error });
});

test.each([
  [13, "mongodb://db:27017/sightline", "names no user: it must begin with mongodb://USER:PASSWORD@."],
  [13, "mongodb://me:secret@db:27017/sightline", "needs the role readWrite"],
  [13, "mongodb://db/sightline?authMechanism=MONGODB-X509", "needs the role readWrite"],
  [18, "mongodb://me:secret@db:27017/sightline", "Check the user and the password in MONGO_URL"],
])("error %i of the database at a start with %s: what to do", (code, url, advice) => {
  const error = new MongoServerError({ message: "Refused.", code });
  const message = expect.stringContaining(advice);
  expect(atStart(error, url)).toMatchObject({ name: "StartFailure", message });
  expect(String(atStart(error, url))).not.toContain("secret");
});

test("a full disk has its cause, so that the log has what failed", () => {
  const cause = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(asStorageFailure(cause, "the data")).toMatchObject({ type: "STORAGE_FULL", cause });
});

describe("the log of requests that fail", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function newLog() {
    const lines: unknown[][] = [];
    const note =
      (level: string) =>
      (...entry: unknown[]) =>
        void lines.push([level, ...entry]);
    const log = new FailureLog("Request failed");
    const logger = { error: note("error"), warn: note("warn") };
    return { lines, fail: (err: unknown, requestId: string) => log.error(logger, err, { requestId }) };
  }
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const outage = (connection: number) =>
    asStoreFailure(new MongoNetworkError(`connection ${connection} closed`, { cause: refused }));

  test("has one line of each outage, and one when it is over", () => {
    const { lines, fail } = newLog();
    const [first, ...others] = Array.from({ length: 200 }, (_, n) => outage(n));
    fail(first, "first");
    for (const error of others) {
      vi.advanceTimersByTime(30_000);
      fail(error, "other");
    }
    expect(lines).toEqual([["error", { err: first, requestId: "first" }, "Request failed"]]);
    vi.advanceTimersByTime(60_000);
    const reason = "The database does not answer. MongoNetworkError ECONNREFUSED";
    expect(lines.slice(1)).toEqual([
      ["warn", { reason, unlogged: 199 }, "Request failed: none for this reason in the last minute"],
    ]);
    fail(first, "again");
    expect(lines.at(-1)).toEqual(["error", { err: first, requestId: "again" }, "Request failed"]);
  });

  test("has one line of a full disk, whatever fails for it", () => {
    const { lines, fail } = newLog();
    for (const [request, code] of [
      ["first", "ENOSPC"],
      ["second", "ERR_SQLITE_ERROR"],
      ["third", "EDQUOT"],
    ] as const) {
      const cause = Object.assign(new Error("full"), { code });
      fail(failure("STORAGE_FULL", "There is no room left.", {}, { cause }), request);
    }
    expect(lines).toEqual([["error", { err: expect.anything(), requestId: "first" }, "Request failed"]]);
    vi.advanceTimersByTime(60_000);
    expect(lines.at(-1)).toEqual([
      "warn",
      { reason: "There is no room left.", unlogged: 2 },
      "Request failed: none for this reason in the last minute",
    ]);
  });

  test("has all other failures meanwhile, and outages with another cause", () => {
    const { lines, fail } = newLog();
    fail(outage(1), "outage");
    const expired = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
    const others = [
      asStoreFailure(new MongoNetworkError("no connection", { cause: expired })),
      asJetStreamFailure(new NatsError("no connection", "TIMEOUT")),
      ...[new TypeError("x is undefined"), new TypeError("x is undefined")],
      ...[1, 2].map((job) => failure("STORE_CORRUPT", `Job ${job} is damaged.`, {}, { cause: new Error("…") })),
    ];
    for (const error of others) fail(error, "other");
    const line = (err: unknown) => ["error", { err, requestId: "other" }, "Request failed"];
    expect(lines.slice(1)).toEqual(others.map(line));
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1 + others.length);
  });
});
