/** Broker events sent to all nodes. Not the job events that clients read. */
import type { Context, ServiceBroker } from "moleculer";
import { type Static, type TSchema, Type } from "typebox";
import { Refusal } from "./detector-actions.ts";
import { JobId } from "./job.ts";
import { Sha256 } from "./sha256.ts";

export interface BroadcastContract<P extends TSchema = TSchema> {
  /** The event's broker name. */
  readonly name: string;
  readonly payload: P;
}

export const broadcasts = {
  /** A job has finished or was deleted; wakes its waiters. */
  jobFinished: { name: "job.finished", payload: JobId },
  /** A process died with this image in progress: all detectors try it in a separate process. */
  imageSuspected: {
    name: "detector.suspected",
    payload: Type.Object({ sha256: Sha256, request: Type.String({ pattern: "^[0-9a-f]{16}$" }) }),
  },
  /** All detectors must refuse this image from now on. */
  imageRefused: { name: "detector.refused", payload: Refusal },
  /** A receiver of webhooks has got a secret: wakes the node that delivers webhooks. */
  webhookSecretMade: { name: "webhooks.secret", payload: Type.String() },
  /** A webhook of a job, given by id, is due: it is sent again. */
  webhookDue: { name: "webhooks.due", payload: JobId },
  /** A key, given by id, was revoked: every gateway checks it anew. */
  keyRevoked: { name: "key.revoked", payload: Type.String() },
  /** An owner, given by id, released its encodings or was erased; every node evicts its faces from memory. */
  encodingsReleased: { name: "encodings.released", payload: Type.String() },
  /** A collection, given by id, was removed; every node evicts its faces from memory. */
  collectionRemoved: { name: "collection.removed", payload: Type.String() },
} as const satisfies Record<string, BroadcastContract>;

/** The context of a handler for the event. */
export type Received<C extends BroadcastContract> = Context<Static<C["payload"]>>;

export function broadcast<C extends BroadcastContract>(
  broker: ServiceBroker,
  { name }: C,
  payload: Static<C["payload"]>,
): Promise<void> {
  return broker.broadcast(name, payload);
}
