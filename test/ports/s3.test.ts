/** The blob store in a bucket, on a real server. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, test } from "vitest";
import { openS3Access, type S3Settings } from "../../lib/backends/s3/s3.ts";
import { loadConfig } from "../../lib/config.ts";
import { hasS3Server, type S3Server, startS3Server } from "../support/s3-server.ts";
import { blobStoreConformance } from "./blob-store.conformance.ts";

if (hasS3Server) {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server.stop());

  /** Each in a folder of its own. */
  blobStoreConformance("S3", async () => {
    const settings: S3Settings = loadConfig({ ...server.settings(), CLUSTER_NAME: randomUUID().slice(0, 30) });
    let opened = openS3Access(settings);
    return {
      port: opened.blobs,
      async reopen() {
        await opened.close();
        opened = openS3Access(settings);
        return opened.blobs;
      },
      close: () => opened.close(),
    };
  });
} else describe("S3", () => test.skip("has no server here", () => {}));
