/** What a bucket that cannot be reached tells clients, and what it tells operators. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { Bucket } from "../../lib/backends/s3/bucket.ts";
import { credentialsOf } from "../../lib/backends/s3/credentials.ts";
import { errorAtStart } from "../../lib/backends/s3/failure.ts";
import { freePort } from "../support/service.ts";

const key = { s3AccessKeyId: "test", s3SecretAccessKey: "secret", s3CredentialsFile: "" };
let port: number;
const buckets: Bucket[] = [];
beforeEach(async () => {
  port = await freePort();
});
afterEach(() => {
  for (const bucket of buckets.splice(0)) bucket.close();
});

async function errorOf(host: string, settings = key): Promise<unknown> {
  const endpoint = `http://${host}:${port}`;
  const bucket = new Bucket({
    endpoint,
    bucket: "images",
    region: "eu",
    credentials: credentialsOf(settings),
    retryForMs: 0,
  });
  buckets.push(bucket);
  return bucket.list("").then(
    () => expect.unreachable("nothing listens there"),
    (error: unknown) => error,
  );
}

it.each([
  ["127.0.0.1", /^The bucket for images cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:\d+\.$/],
  // The system's message is empty if a name has several addresses.
  ["localhost", /^The bucket for images cannot be reached: .*ECONNREFUSED.*\.$/],
])("at %s, operators are told why, and clients are not", async (host, reason) => {
  const error = await errorOf(host);
  expect(error).toMatchObject({
    type: "STORE_UNAVAILABLE",
    message: "The bucket for images cannot be reached.",
    cause: { code: "ECONNREFUSED" },
  });
  expect(errorAtStart(error)).toMatchObject({ type: "STORE_UNAVAILABLE", message: expect.stringMatching(reason) });
});

it("operators are told which file of credentials cannot be read", async () => {
  const error = await errorOf("127.0.0.1", { ...key, s3CredentialsFile: "/nowhere/credentials" });
  expect(error).toMatchObject({ message: "The access key for the bucket for images cannot be read from its file." });
  expect(errorAtStart(error)).toMatchObject({
    message: expect.stringContaining("from its file: ENOENT: no such file or directory, stat '/nowhere/credentials'."),
  });
});

it("other errors stay as they are", () => {
  const error = new Error("something else", { cause: new Error("why") });
  expect(errorAtStart(error)).toBe(error);
});
