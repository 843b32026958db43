/** Events of the broker, which services send to all nodes. The events of jobs that clients read are others. */
import type { Context, ServiceBroker } from "moleculer";
import { type Static, type TSchema, Type } from "typebox";
import { Refusal } from "./detector-actions.ts";
import { JobId } from "./job.ts";

export interface BroadcastContract<P extends TSchema = TSchema> {
  /** The event's name at the broker. */
  readonly name: string;
  readonly payload: P;
}

export const broadcasts = {
  /** A job is over, or gone: whoever waits for it looks again. */
  jobFinished: { name: "job.finished", payload: JobId },
  /** All detectors refuse an image from now on. */
  imageRefused: { name: "detector.refused", payload: Refusal },
  /** A session, by its id, let go of its encodings: no node keeps them in memory. */
  encodingsReleased: { name: "encodings.released", payload: Type.String() },
} as const satisfies Record<string, BroadcastContract>;

/** The context of a handler of the event. */
export type Received<C extends BroadcastContract> = Context<Static<C["payload"]>>;

export function broadcast<C extends BroadcastContract>(
  broker: ServiceBroker,
  { name }: C,
  payload: Static<C["payload"]>,
): Promise<void> {
  return broker.broadcast(name, payload);
}
