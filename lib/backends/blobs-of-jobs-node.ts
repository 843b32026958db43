/**
 * The blobs of a node that keeps them on its own disk, for the other nodes: each is a call of its service `jobs`. Only
 * where NATS connects the nodes and no MongoDB keeps the jobs.
 */
import { type Caller, call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import { failure } from "../errors.ts";
import type { BlobAccess } from "../ports/blob-store.ts";
import { asFailure } from "../transport/failures.ts";
import { limited } from "./jetstream/pieces.ts";
import { isJobId } from "./jetstream/streams.ts";

const SHA256 = /^[0-9a-f]{64}$/;

export function blobsOfJobsNode(broker: Caller): BlobAccess {
  return {
    /** Unlike a store, it holds the whole blob in memory: a call has it in one piece. */
    async put(jobId, source, maxBytes) {
      if (!isJobId(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
      const chunks = await Array.fromAsync(limited(source, maxBytes));
      const [only = Buffer.alloc(0)] = chunks;
      const image = chunks.length > 1 ? Buffer.concat(chunks) : only;
      return call(broker, actions.jobs.storeImage, { jobId, image });
    },

    async get(jobId, sha256) {
      if (!SHA256.test(sha256)) return undefined;
      try {
        const image = await call(broker, actions.jobs.loadImage, { jobId, sha256 });
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
