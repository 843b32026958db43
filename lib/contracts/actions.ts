/**
 * The single registry of all actions: parameters, result, repeatability and placement of each. It types the handlers of
 * services (`ServiceDefinition`) and the calls (`call`), and it drives retries, detector selection and the translation
 * of broker errors.
 */
import type { ActionContract } from "./action.ts";
import { auditActions } from "./audit.ts";
import { collectionActions } from "./collection.ts";
import { deliveryActions } from "./delivery.ts";
import { detectorActions } from "./detector-actions.ts";
import { encodingActions } from "./encoding-actions.ts";
import { erasureActions } from "./erasure.ts";
import { eventActions } from "./event.ts";
import { imageActions, jobActions } from "./job-actions.ts";
import { keyActions } from "./key.ts";
import { monitorActions } from "./monitor.ts";
import { rateLimitActions } from "./rate-limit.ts";
import { sessionActions } from "./session.ts";
import { webhookSecretActions } from "./webhook-secret.ts";

export const actions = {
  jobs: jobActions,
  events: { ...eventActions, ...webhookSecretActions, ...deliveryActions },
  pictures: imageActions,
  detector: detectorActions,
  encodings: encodingActions,
  sessions: sessionActions,
  keys: { ...keyActions, ...erasureActions, ...auditActions, ...rateLimitActions },
  collections: collectionActions,
  monitor: monitorActions,
};
export type Actions = typeof actions;

const services: readonly Readonly<Record<string, ActionContract>>[] = Object.values(actions);
const byName: ReadonlyMap<unknown, ActionContract> = new Map(
  services.flatMap((contracts) => Object.values(contracts)).map((contract) => [contract.name, contract]),
);

/** The contract of an action by its broker name; undefined for foreign actions. */
export function contractOf(name: unknown): ActionContract | undefined {
  return byName.get(name);
}
