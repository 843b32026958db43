/**
 * Access to images for services that use no other storage: the gateway writes them, detectors read them. Their location
 * is resolved on first use:
 *
 * - in a single process, or in that of the service `jobs`: this process's storage;
 * - if MongoDB stores the cluster's jobs: JetStream, or the bucket of BLOB_STORE=s3;
 * - otherwise whatever the node with the service `jobs` uses, according to the service's metadata.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { config } from "../config.ts";
import { actions } from "../contracts/actions.ts";
import type { ImageReference } from "../contracts/image-source.ts";
import { failure } from "../errors.ts";
import type { BlobAccess, BlobUpload } from "../ports/blob-store.ts";
import { type BackendLogger, openBackends } from "./open.ts";

/** Metadata of the service `jobs`: where it stores images. */
export interface JobsMetadata {
  readonly images: "jetstream" | "s3" | "disk";
}

/** Where the nodes of a cluster find images. `disk` means that only the node with `jobs` has them. */
const ofCluster = config.blobStore === "s3" ? "s3" : "jetstream";
export const jobsMetadata: JobsMetadata = { images: config.mongoUrl ? ofCluster : "disk" };

interface OpenedBlobs {
  readonly blobs: BlobAccess;
  readonly close: () => Promise<void>;
}

/** The parts of Moleculer's registry that are used. */
interface JobsEndpoint {
  readonly service: { readonly metadata: Partial<JobsMetadata> };
}

/** How long to wait for a node with `jobs`: a node that has just started may not know of the others yet. */
const JOBS_WITHIN_MS = 2_000;
const POLL_MS = 20;

export class SharedBlobs implements BlobAccess {
  readonly #broker: ServiceBroker;
  readonly #logger: BackendLogger;
  #opened: Promise<OpenedBlobs> | undefined;

  /** Opens the storage lazily. */
  constructor(broker: ServiceBroker, logger: BackendLogger) {
    this.#broker = broker;
    this.#logger = logger;
  }

  /** @throws as `BlobStore.upload` does. */
  async upload(...job: Parameters<BlobAccess["upload"]>): Promise<BlobUpload> {
    return (await this.#open()).blobs.upload(...job);
  }

  /** @throws as `BlobStore.get` does. */
  async get(reference: ImageReference): Promise<Buffer | undefined> {
    return (await this.#open()).blobs.get(reference);
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }

  #open(): Promise<OpenedBlobs> {
    this.#opened ??= this.#find().catch((error) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #find(): Promise<OpenedBlobs> {
    const { natsUrl, mongoUrl, clusterName: prefix } = config;
    // Shared by all services of the process.
    if (!this.#broker.transit || this.#broker.getLocalService("jobs")) return openBackends(this.#logger);
    const place = mongoUrl ? ofCluster : await this.#whereJobsKeeps();
    if (place === "disk") {
      const { blobsOfJobsNode } = await import("./blobs-of-jobs-node.ts");
      return { blobs: blobsOfJobsNode(this.#broker), close: async () => {} };
    }
    if (place !== ofCluster) {
      this.#logger.error(
        `BLOB_STORE of this node differs from that of the nodes with jobs, which keep images in ${place}.`,
      );
      throw failure("STORE_UNAVAILABLE", "This node does not know where images are kept.", { retryAfterSeconds: 60 });
    }
    if (place === "s3") {
      const { openS3Access } = await import("./s3/s3.ts");
      return openS3Access(config);
    }
    const { openJetStreamBlobs } = await import("./jetstream/jetstream.ts");
    const onOldServer = ({ message }: Error) => this.#logger.error(message);
    return openJetStreamBlobs(natsUrl, { prefix, natsFiles: config, onOldServer });
  }

  async #whereJobsKeeps(): Promise<JobsMetadata["images"]> {
    const until = performance.now() + JOBS_WITHIN_MS;
    for (;;) {
      const [jobs] = (this.#broker.registry.getActionEndpoints(actions.jobs.submit.name)?.endpoints ??
        []) as unknown as JobsEndpoint[];
      if (jobs) return jobs.service.metadata.images ?? "jetstream";
      if (performance.now() > until)
        throw failure("STORE_UNAVAILABLE", "No node that knows where images are kept is connected.", {
          retryAfterSeconds: 1,
        });
      await sleep(POLL_MS);
    }
  }
}
