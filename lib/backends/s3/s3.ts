/** The blob store in a bucket. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../../config.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import { syncFolder } from "../files/disk-sync.ts";
import { whenThere } from "../when-there.ts";
import { S3BlobStore } from "./blob-store.ts";
import { Bucket } from "./bucket.ts";
import { credentialsOf } from "./credentials.ts";
import { errorAtStart } from "./failure.ts";
import { OldVersions } from "./old-versions.ts";

export type S3Settings = Pick<
  Config,
  | "s3Endpoint"
  | "s3Bucket"
  | "s3Region"
  | "s3AccessKeyId"
  | "s3SecretAccessKey"
  | "s3CredentialsFile"
  | "clusterName"
  | "mongoUrl"
  | "dataDir"
>;

export interface OpenedS3 {
  readonly blobs: BlobStore;
  readonly close: () => Promise<void>;
}

/**
 * Opens the store for a node that stores jobs. Waits for the bucket. @param onNotice Called with sentences for the
 * operator.
 */
export async function openS3(settings: S3Settings, onNotice: (notice: string) => void): Promise<OpenedS3> {
  const bucket = bucketOf(settings);
  const folder = settings.mongoUrl ? clusterFolder(settings) : await ownFolder(settings);
  const whenBucketThere = <T>(open: () => Promise<T>) => {
    const explained = () =>
      open().catch((error: unknown) => {
        throw errorAtStart(error);
      });
    return whenThere("S3", onNotice, explained);
  };
  await whenBucketThere(() => bucket.list(folder, { "max-keys": "1" }));
  const oldVersions = new OldVersions(bucket, folder, onNotice);
  await whenBucketThere(() => oldVersions.ask());
  return opened(bucket, folder, oldVersions);
}

/** Opens the store for the nodes of a cluster that only store or fetch images. Does not wait. */
export function openS3Access(settings: S3Settings): OpenedS3 {
  return opened(bucketOf(settings), clusterFolder(settings));
}

function opened(bucket: Bucket, folder: string, oldVersions?: OldVersions): OpenedS3 {
  const close = async () => bucket.close();
  return { blobs: new S3BlobStore(bucket, folder, oldVersions), close };
}

function bucketOf({ s3Endpoint: endpoint, s3Bucket: bucket, s3Region: region, ...settings }: S3Settings): Bucket {
  return new Bucket({ endpoint, bucket, region, credentials: credentialsOf(settings) });
}

function clusterFolder({ clusterName }: S3Settings): string {
  return `${clusterName}/`;
}

/**
 * The folder of a single machine has a name of its own, which is kept with its data: images without a job are deleted
 * at the start, and without it they would include those of another machine in the same bucket. A job cannot have this
 * name, so a cluster of the same name does not delete it as one.
 */
async function ownFolder({ clusterName, dataDir }: S3Settings): Promise<string> {
  const folder = join(dataDir, "blobs");
  const path = join(folder, "s3-folder");
  if (existsSync(path)) return readFile(path, "utf8");
  const created = `${clusterName}/machine.${randomUUID()}/`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.new`, created, { flush: true });
  await rename(`${path}.new`, path);
  await syncFolder(folder);
  return created;
}
