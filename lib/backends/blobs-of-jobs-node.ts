/**
 * Remote access to the blobs on another node's disk, through calls of its service `jobs`. Only used when NATS connects
 * the nodes and MongoDB does not store the jobs.
 */
import { type Caller, call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import { isSha256 } from "../contracts/sha256.ts";
import { failure } from "../errors.ts";
import type { BlobAccess } from "../ports/blob-store.ts";
import { asFailure } from "../transport/failures.ts";
import { limited } from "./blob-source.ts";
import { isId } from "./id.ts";

export function blobsOfJobsNode(broker: Caller): BlobAccess {
  return {
    async upload(jobId) {
      if (!isId(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
      return {
        /** Unlike a store, buffers the whole blob: a call sends it in one piece. */
        async put(source, maxBytes) {
          const chunks = await Array.fromAsync(limited(source, maxBytes));
          const [only = Buffer.alloc(0)] = chunks;
          const image = chunks.length > 1 ? Buffer.concat(chunks) : only;
          return call(broker, actions.jobs.storeImage, { jobId, image });
        },
        // Each blob is stored when its call returns.
        async end() {},
        async abandon() {},
      };
    },

    async get(reference) {
      if (!isSha256(reference.sha256)) return undefined;
      try {
        const image = await call(broker, actions.jobs.loadImage, reference);
        // Copied, because the received buffer is a view of the whole packet.
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
