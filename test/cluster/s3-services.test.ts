/** What services of S3 answer beside the usual: too many requests, wrong clocks, other servers at the address. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { S3BlobStore } from "../../lib/backends/s3/blob-store.ts";
import { Bucket, type BucketOptions } from "../../lib/backends/s3/bucket.ts";
import { credentialsOf } from "../../lib/backends/s3/credentials.ts";
import { openS3 } from "../../lib/backends/s3/s3.ts";
import { loadConfig } from "../../lib/config.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { type Fault, type S3Gate, startS3Gate, xml } from "../support/s3-gate.ts";
import { hasS3Server, S3_SECRET, type S3Server, startS3Server } from "../support/s3-server.ts";

const LIMIT = 1e8;
const HOUR_MS = 3_600_000;

describe.skipIf(!hasS3Server)("a bucket", () => {
  let server: S3Server;
  let gate: S3Gate;
  let options: BucketOptions;
  const buckets: Bucket[] = [];
  const folder = mkdtempSync(join(tmpdir(), "sightline-s3-services-"));
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    gate = await startS3Gate(server.port);
    options = server.bucketOptions(gate.port);
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const bucket of buckets.splice(0)) bucket.close();
    await gate.close();
  });

  const bucketOf = (changes: Partial<BucketOptions> = {}) => {
    const bucket = new Bucket({ ...options, ...changes });
    buckets.push(bucket);
    return bucket;
  };
  const newPrefix = () => `${randomBytes(8).toString("hex")}/`;
  const open = (changes: Partial<BucketOptions> = {}, prefix = newPrefix()) =>
    new S3BlobStore(bucketOf(changes), prefix);

  const cases: [string, Fault][] = [
    ["429 with a code of its own", { status: 429, body: xml("TooManyRequests") }],
    ["429 without a code", { status: 429, body: "" }],
    ["408 of a proxy", { status: 408, body: "<html>Request Timeout</html>" }],
    ["half of an answer and then nothing", "stalled"],
    ["the second half of an answer byte by byte", "trickling"],
    ["half of an answer of unknown length", "endless"],
    ["nothing of an answer of unknown length", "bare"],
  ];
  test.each(cases)("that answers %s is asked again", async (_name, fault) => {
    const prefix = newPrefix();
    const image = randomBytes(2_000_000);
    const stored = await storeImage(open({}, prefix), "a", [image], LIMIT);
    gate.fail("GET", fault, 2);
    // On a slow machine, the server may also be too slow for these limits a few times.
    const impatient = open({ idleTimeoutMs: 500, minBytesPerSecond: 10_000_000, retryForMs: 60_000 }, prefix);
    expect(await impatient.get(referenceTo({ jobId: "a", ...stored }))).toEqual(image);
  });

  test("that cannot say whether it keeps versions is asked once", async () => {
    const bucket = bucketOf();
    gate.fail("GET", { status: 501, body: xml("NotImplemented") }, 1);
    expect(await bucket.keepsVersions()).toBe(false);
    expect(gate.passed).toEqual([]);
  });

  test("that does not answer whether it keeps versions does not count as one that keeps none", async () => {
    gate.fail("GET ?versioning", "slow down", 1_000);
    const unavailable = { message: "The bucket for images answers SlowDown." };
    await expect(bucketOf({ retryForMs: 200 }).keepsVersions()).rejects.toMatchObject(unavailable);
  });

  test.each([
    [403, "AccessDenied"],
    [400, "UnsupportedQuery"],
  ])("that answers %i %s when it is asked for versions is reported at the start", async (status, code) => {
    const notices: string[] = [];
    const settings = loadConfig({ ...server.settings(gate.port), DATA_DIR: folder });
    gate.fail("GET ?versioning", { status, body: xml(code) }, 1);
    await (await openS3(settings, (notice) => notices.push(notice))).close();
    expect(notices).toEqual([expect.stringMatching(/^The bucket images does not tell whether it keeps old versions/)]);
  });

  const notLists: [string, string][] = [
    ["an error", xml("InternalError")],
    ["a page of another server", "<!doctype html><title>Console</title>"],
    ["half of the list", "<ListBucketResult><IsTruncated>false</IsTruncated>"],
  ];
  test.each(notLists)("whose list is %s with the status 200 does not count as empty", async (_name, body) => {
    const blobs = open();
    await storeImage(blobs, "a", [randomBytes(1000)], LIMIT);
    gate.fail("GET", { status: 200, body }, 1);
    await blobs.delete("a");
    expect(await blobs.hasAny("a")).toBe(false);
    gate.fail("GET", { status: 200, body }, 1_000);
    await expect(open({ retryForMs: 200 }).hasAny("a")).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  });

  test.each([-1, 1])("is used by a machine whose clock is wrong by %i hours", async (hours) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hours * HOUR_MS });
    const blobs = open();
    const stored = await storeImage(blobs, "a", [Buffer.from("x")], LIMIT);
    expect(await blobs.has(referenceTo({ jobId: "a", ...stored }))).toBe(true);
    // The first request only is refused.
    expect(gate.passed).toHaveLength(3);
  });

  test("is reached although all idle connections to it are dead", async () => {
    // Less than it takes to find out of each that it is dead.
    const blobs = open({ idleTimeoutMs: 2_000, retryForMs: 8_000 });
    const stored = await storeImage(blobs, "a", [Buffer.from("x")], LIMIT);
    const reference = referenceTo({ jobId: "a", ...stored });
    await Promise.all(Array.from({ length: 8 }, () => blobs.has(reference)));
    gate.forget();
    expect(await blobs.has(reference)).toBe(true);
  });

  test("whose list of versions has several pages is read to its end", async () => {
    const bucket = bucketOf();
    const version = "<Version><Key>a/b&amp;c</Key><VersionId>3</VersionId></Version>";
    const marker = "<DeleteMarker><Key>a/d</Key><VersionId>4</VersionId></DeleteMarker>";
    const next = "<NextKeyMarker>a/b&amp;c</NextKeyMarker><NextVersionIdMarker>3</NextVersionIdMarker>";
    const list = (content: string) => `<ListVersionsResult xmlns="x">${content}</ListVersionsResult>`;
    const page = (content: string) => ({ status: 200, body: list(content) });
    gate.fail("GET ?versions", page(`<IsTruncated>true</IsTruncated>${next}${version}`), 1);
    gate.fail(
      "GET key-marker=a%2Fb%26c&version-id-marker=3",
      page(`${next}<IsTruncated>false</IsTruncated>${marker}`),
      1,
    );
    const pages = await Array.fromAsync(bucket.pages((...of) => bucket.listVersions(...of), "a/"));
    const objects = pages.map(({ objects }) => objects.map(({ key, versionId }) => [key, versionId]));
    expect(objects).toEqual([[["a/b&c", "3"]], [["a/d", "4"]]]);
    expect(gate.passed).toEqual([]);
  });

  test("gets few requests at a time when many jobs are erased", async () => {
    const blobs = open();
    const jobs = Array.from({ length: 20 }, (_, n) => `job-${n}`);
    for (const job of jobs)
      await Promise.all(Array.from({ length: 8 }, () => storeImage(blobs, job, [randomBytes(100)], LIMIT)));
    gate.mostAtOnce = 0;
    await Promise.all(jobs.map((job) => blobs.delete(job)));
    expect(await Promise.all(jobs.map((job) => blobs.hasAny(job)))).toEqual(jobs.map(() => false));
    expect(gate.mostAtOnce).toBeLessThanOrEqual(16);
    expect(gate.mostAtOnce).toBeGreaterThan(1);
  });

  test("whose key cannot be read is not said to be away", async () => {
    const path = join(folder, "credentials");
    const credentials = credentialsOf({ s3AccessKeyId: "", s3SecretAccessKey: "", s3CredentialsFile: path });
    const blobs = open({ credentials, retryForMs: 200 });
    const reason = {
      type: "STORE_UNAVAILABLE",
      message: "The access key for the bucket for images cannot be read from its file.",
    };
    await expect(blobs.hasAny("a")).rejects.toMatchObject(reason);
    writeFileSync(path, "aws_access_key_id = test\n");
    await expect(blobs.hasAny("a")).rejects.toMatchObject(reason);
    writeFileSync(path, `aws_access_key_id = test\naws_secret_access_key = ${S3_SECRET}\n`);
    expect(await blobs.hasAny("a")).toBe(false);
  });
});
