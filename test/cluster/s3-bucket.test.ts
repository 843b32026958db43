/** A bucket that fails, hangs, refuses and comes back, with work going on. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { S3BlobStore } from "../../lib/backends/s3/blob-store.ts";
import { Bucket, type BucketOptions } from "../../lib/backends/s3/bucket.ts";
import { credentialsOf, parseCredentials } from "../../lib/backends/s3/credentials.ts";
import { type OpenedS3, openS3, openS3Access } from "../../lib/backends/s3/s3.ts";
import { loadConfig } from "../../lib/config.ts";
import { failure } from "../../lib/errors.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { pace } from "../support/pace.ts";
import { type Fault, type S3Gate, startS3Gate, xml } from "../support/s3-gate.ts";
import { hasS3Server, S3_SECRET, type S3Server, startS3Server } from "../support/s3-server.ts";

const LIMIT = 1e8;

test("credentials are read as AWS's tools write them", () => {
  const lines = ["[default]", "region = eu", "aws_access_key_id=ID", "  AWS_SECRET_ACCESS_KEY = a/b+c== ", ""];
  expect(parseCredentials(lines.join("\r\n"))).toEqual({ accessKeyId: "ID", secretAccessKey: "a/b+c==" });
  const token = parseCredentials([...lines, "aws_session_token = T"].join("\n"));
  expect(token).toMatchObject({ sessionToken: "T" });
  const other = ["[other]", "aws_access_key_id=O", "aws_secret_access_key=P", "aws_session_token=Q"].join("\n");
  for (const text of [`${other}\n${lines.join("\n")}`, `${lines.join("\n")}\n${other}`])
    expect(parseCredentials(text)).toEqual({ accessKeyId: "ID", secretAccessKey: "a/b+c==" });
  expect(parseCredentials(`# a file\n\n${other}\n[third]\naws_access_key_id=R`)).toMatchObject({ accessKeyId: "O" });
  const withoutToken = "aws_access_key_id=ID\naws_session_token=\naws_secret_access_key=SECRET\n";
  expect(parseCredentials(withoutToken)).toEqual({ accessKeyId: "ID", secretAccessKey: "SECRET" });
  for (const text of ["", "aws_access_key_id = ID", "aws_secret_access_key = SECRET"])
    expect(() => parseCredentials(text)).toThrow(/^The file of S3_CREDENTIALS_FILE has no/);
});

describe.skipIf(!hasS3Server)("a bucket", () => {
  let server: S3Server;
  let gate: S3Gate;
  let options: BucketOptions;
  const buckets: Bucket[] = [];
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    gate = await startS3Gate(server.port);
    options = server.bucketOptions(gate.port);
  });
  afterEach(async () => {
    for (const bucket of buckets.splice(0)) bucket.close();
    await gate.close();
  });

  const open = (changes: Partial<BucketOptions> = {}) => {
    const bucket = new Bucket({ ...options, ...changes });
    buckets.push(bucket);
    return new S3BlobStore(bucket, `${randomBytes(8).toString("hex")}/`);
  };

  const cases: [Fault, number][] = [
    ["slow down", 3],
    ["broken", 3],
    ["silent", 2],
    ["half", 2],
  ];
  test.each(cases)("that is in trouble (%s) for a moment costs no image", async (fault, times) => {
    const blobs = open({ idleTimeoutMs: 200 });
    for (const bytes of [1000, 2_000_000]) {
      gate.fail("PUT", fault, times);
      const image = randomBytes(bytes);
      const stored = await storeImage(blobs, "a", [image], LIMIT);
      gate.fail("GET", fault, times);
      expect(await blobs.get(referenceTo({ jobId: "a", ...stored }))).toEqual(image);
    }
    gate.fail("GET", fault, times);
    gate.fail("DELETE", fault, times);
    await blobs.delete("a");
    expect(await blobs.hasAny("a")).toBe(false);
  });

  test("that does not answer for long fails with STORE_UNAVAILABLE, and keeps nobody waiting any longer", async () => {
    const blobs = open({ idleTimeoutMs: 100, retryForMs: 500 });
    const unavailable = { type: "STORE_UNAVAILABLE", message: "The bucket for images cannot be reached." };
    gate.fail("PUT", "silent", 1000);
    await expect(storeImage(blobs, "a", [randomBytes(1000)], LIMIT)).rejects.toMatchObject(unavailable);
    await expect(storeImage(blobs, "a", [randomBytes(2_000_000)], LIMIT)).rejects.toMatchObject(unavailable);
    gate.fail("GET", "slow down", 1000);
    const answered = open({ retryForMs: 500 });
    await expect(answered.get({ jobId: "a", sha256: "0".repeat(64) })).rejects.toMatchObject({
      type: "STORE_UNAVAILABLE",
      message: "The bucket for images answers SlowDown.",
    });
  });

  test.each<[string, () => Partial<BucketOptions>, string]>([
    [
      "another secret",
      () => ({ credentials: async () => ({ accessKeyId: "test", secretAccessKey: "x" }) }),
      "SignatureDoesNotMatch",
    ],
    [
      "an unknown key",
      () => ({ credentials: async () => ({ accessKeyId: "no", secretAccessKey: S3_SECRET }) }),
      "\\w+",
    ],
    ["a bucket that does not exist", () => ({ bucket: "another" }), "NoSuchBucket"],
  ])("refuses %s at once, and the error names its code and no secret", async (_name, changes, code) => {
    const blobs = open(changes());
    const refused = {
      type: "STORE_UNAVAILABLE",
      message: expect.stringMatching(new RegExp(`^The bucket for images answers ${code}.$`, "i")),
    };
    await expect(storeImage(blobs, "a", [Buffer.from("x")], LIMIT)).rejects.toMatchObject(refused);
    await expect(blobs.get({ jobId: "a", sha256: "0".repeat(64) })).rejects.toMatchObject(refused);
    expect(gate.passed).toHaveLength(2);
  });

  test("that keeps old versions of objects has none of a job that is deleted, or it is reported at the start", async () => {
    const versioned = await startS3Server({ isVersioned: true });
    const folder = mkdtempSync(join(tmpdir(), "sightline-s3-folder-"));
    try {
      const notices: string[] = [];
      const settings = loadConfig({ ...versioned.settings(), DATA_DIR: folder });
      const start = () => openS3(settings, (notice) => notices.push(notice));
      const images = async ({ blobs }: OpenedS3, count: number) => {
        for (let n = 0; n < count; n++) await storeImage(blobs, "a", [randomBytes(700_000)], LIMIT);
      };
      const unversioned = await start();
      await images(unversioned, 1);
      await versioned.keepVersions();
      // Before it has asked again: objects stay as old versions, which a later search for what is left finds.
      await storeImage(unversioned.blobs, "b", [randomBytes(700_000)], LIMIT);
      await unversioned.blobs.delete("b");
      expect(await unversioned.blobs.hasAny("b")).toBe(true);
      await unversioned.blobs.delete("b");
      expect(await unversioned.blobs.hasAny("b")).toBe(false);
      await unversioned.close();
      const opened = await start();
      const { blobs } = opened;
      await images(opened, 2);
      // As a service did that did not know of versions.
      const bucket = new Bucket({ ...options, endpoint: versioned.url });
      buckets.push(bucket);
      for (const { key } of (await bucket.list("")).objects.slice(1)) await bucket.delete(key);
      const [{ key: kept } = { key: "" }] = (await bucket.list("")).objects;
      await bucket.put(kept, Buffer.from("other"), createHash("sha256").update("other").digest("hex"));
      expect((await bucket.list("")).objects).toHaveLength(1);
      expect((await bucket.listVersions("")).objects).toHaveLength(6);
      expect(await Array.fromAsync(blobs.jobIds())).toEqual(["a"]);
      expect(await blobs.isOlderThan("a", 3_600_000, Date.now())).toBe(false);
      await blobs.delete("a");
      expect((await bucket.listVersions("")).objects).toEqual([]);
      expect([await blobs.hasAny("a"), notices]).toEqual([false, []]);
      await opened.close();
      const gateOfVersions = await startS3Gate(versioned.port);
      try {
        const through = loadConfig({ ...versioned.settings(gateOfVersions.port), DATA_DIR: folder });
        gateOfVersions.fail("GET ?versions=", { status: 403, body: xml("AccessDenied") }, 1);
        await (await openS3(through, (notice) => notices.push(notice))).close();
      } finally {
        await gateOfVersions.close();
      }
      expect(notices).toEqual([expect.stringMatching(/^The bucket images keeps old versions, which cannot be listed/)]);
    } finally {
      await versioned.stop();
      rmSync(folder, { recursive: true });
    }
  });

  test("is shared by a single machine and a cluster of the same name, which lists none of the machine's images", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sightline-s3-folder-"));
    const settings = { ...server.settings(), CLUSTER_NAME: "shared", DATA_DIR: folder };
    const machine = await openS3(loadConfig(settings), () => {});
    const cluster = openS3Access(loadConfig(settings));
    await storeImage(machine.blobs, "a", [randomBytes(100)], LIMIT);
    await storeImage(cluster.blobs, "b", [randomBytes(100)], LIMIT);
    expect(await Array.fromAsync(machine.blobs.jobIds())).toEqual(["a"]);
    expect(await Array.fromAsync(cluster.blobs.jobIds())).toEqual(["b"]);
    await machine.close();
    await cluster.close();
    rmSync(folder, { recursive: true });
  });

  test("takes no object that is not what its hash says", async () => {
    const bucket = new Bucket(options);
    buckets.push(bucket);
    const wrong = createHash("sha256").update("other").digest("hex");
    await expect(bucket.put("wrong/object", Buffer.from("content"), wrong)).rejects.toMatchObject({
      type: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/SHA256|BadDigest/i),
    });
    expect(await bucket.get("wrong/object")).toBeUndefined();
  });

  test("is used with the key that the file has now", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sightline-credentials-"));
    const path = join(folder, "credentials");
    const write = (secret: string) =>
      writeFileSync(path, `aws_access_key_id = test\naws_secret_access_key = ${secret}\n`);
    write("former-secret");
    const credentials = credentialsOf({ s3AccessKeyId: "", s3SecretAccessKey: "", s3CredentialsFile: path });
    const blobs = open({ credentials });
    await expect(storeImage(blobs, "a", [Buffer.from("x")], LIMIT)).rejects.toMatchObject({
      type: "STORE_UNAVAILABLE",
    });
    write(S3_SECRET);
    await storeImage(blobs, "a", [Buffer.from("x")], LIMIT);
    rmSync(folder, { recursive: true });
  });

  test("has small images of a job in few objects, and a large one in one of its own", async () => {
    const blobs = open();
    const upload = await blobs.upload("a");
    const images = Array.from({ length: 70 }, () => randomBytes(5000));
    await Promise.all([...images, randomBytes(700_000)].map((image) => upload.put([image], LIMIT)));
    await upload.end();
    const puts = gate.passed.filter((request) => request.startsWith("PUT"));
    expect(puts.filter((request) => request.includes("/packs/"))).toHaveLength(3);
    expect(puts.filter((request) => request.includes("/blobs/"))).toHaveLength(1);
  });

  test("whose job has more objects than a page lists loses all of them with it", async () => {
    const blobs = open();
    for (let first = 0; first < 1100; first += 100)
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          await storeImage(blobs, "a", [randomBytes(100)], LIMIT);
        }),
      );
    await storeImage(blobs, "b", [randomBytes(100)], LIMIT);
    expect(await blobs.isOlderThan("a", 3_600_000)).toBe(false);
    await blobs.delete("a");
    expect([await blobs.hasAny("a"), await blobs.hasAny("b")]).toEqual([false, true]);
  });

  test("that deletes nothing is asked to delete few objects of a job that has many", async () => {
    let asked = 0;
    class RefusingBucket extends Bucket {
      override async delete(): Promise<void> {
        asked += 1;
        throw failure("STORE_UNAVAILABLE", "The bucket for images answers AccessDenied.");
      }
    }
    const bucket = new RefusingBucket(options);
    buckets.push(bucket);
    const blobs = new S3BlobStore(bucket, "refusing/");
    for (let n = 0; n < 40; n++) await storeImage(blobs, "a", [randomBytes(100)], LIMIT);
    await expect(blobs.delete("a")).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
    // Has its turn after all that wait.
    await blobs.hasAny("a");
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(16);
  });

  test("whose list begins with a page without objects, as where many were deleted, is searched to its end", async () => {
    let asked = 0;
    class SparseBucket extends Bucket {
      override async list(...[prefix, query = {}]: Parameters<Bucket["list"]>): ReturnType<Bucket["list"]> {
        if (++asked > 20) throw failure("STORE_UNAVAILABLE", "The first page was asked for again and again.");
        const { "continuation-token": token, ...others } = query;
        if (token === "second") return super.list(prefix, others);
        return { objects: [], prefixes: [], next: { "continuation-token": "second" }, time: Date.now() };
      }
    }
    const bucket = new SparseBucket(options);
    buckets.push(bucket);
    const blobs = new S3BlobStore(bucket, `${randomBytes(8).toString("hex")}/`);
    await storeImage(blobs, "a", [randomBytes(100)], LIMIT);
    expect(await blobs.hasAny("a")).toBe(true);
    await blobs.delete("a");
    expect(await blobs.hasAny("a")).toBe(false);
  });

  test("that is killed in the middle of uploads has whole images only, and all that it acknowledged", async () => {
    const blobs = open();
    const acknowledged: { readonly sha256: string }[] = [];
    let isOver = false;
    const uploads = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const stored = await storeImage(blobs, "a", [randomBytes(1_500_000)], LIMIT).catch((error) => {
          expect(error).toMatchObject({ type: "STORE_UNAVAILABLE" });
        });
        if (stored) acknowledged.push(stored);
        await pace();
      }
    });
    for (let kills = 0; kills < 3; kills++) {
      const before = acknowledged.length;
      await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 5);
      await server.kill();
      await server.start();
    }
    isOver = true;
    await Promise.all(uploads);
    for (const stored of acknowledged) {
      const blob = await blobs.get(referenceTo({ jobId: "a", ...stored }));
      expect(
        createHash("sha256")
          .update(blob ?? "")
          .digest("hex"),
      ).toBe(stored.sha256);
    }
  });
});
