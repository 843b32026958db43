/**
 * The blobs of a node that keeps them on its own disk, for the other nodes: each is a call of its service `jobs`. Only
 * where NATS connects the nodes and no MongoDB keeps the jobs.
 */
import type { ServiceBroker } from "moleculer";
import type { ImageReference } from "../contracts/image-source.ts";
import { asFailure, failure } from "../errors.ts";
import type { BlobAccess, StoredBlob } from "../ports/blob-store.ts";
import { limited } from "./cluster/pieces.ts";
import { isJobId } from "./cluster/streams.ts";

const SHA256 = /^[0-9a-f]{64}$/;

export function blobsOfJobsNode(broker: Pick<ServiceBroker, "call">): BlobAccess {
  return {
    /** Unlike a store, it holds the whole blob in memory: a call has it in one piece. */
    async put(jobId, source, maxBytes) {
      if (!isJobId(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
      const chunks = await Array.fromAsync(limited(source, maxBytes));
      const [only = Buffer.alloc(0)] = chunks;
      const image = chunks.length > 1 ? Buffer.concat(chunks) : only;
      return broker.call<StoredBlob, object>("jobs.storeImage", { jobId, image });
    },

    async get(jobId, sha256) {
      if (!SHA256.test(sha256)) return undefined;
      try {
        const image = await broker.call<Uint8Array | null, ImageReference>("jobs.loadImage", { jobId, sha256 });
        // A copy: what arrived is a view of the whole packet.
        return image === null ? undefined : Buffer.from(new Uint8Array(image).buffer);
      } catch (error) {
        const { type } = asFailure(error);
        if (type !== "SERVICE_UNAVAILABLE") throw error;
        throw failure("STORE_UNAVAILABLE", "The node that keeps the image cannot be reached.", {
          retryAfterSeconds: 2,
        });
      }
    },
  };
}
