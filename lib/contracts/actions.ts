/**
 * The map of all actions: what each takes and gives, whether it may be repeated, and where it runs. Services take the
 * types of their handlers from it (`ServiceDefinition`), callers those of parameters and results (`call`); retries,
 * the choice of a detector and the translation of the broker's errors go by what it says. There is no other list.
 */
import type { ActionContract } from "./action.ts";
import { collectionActions } from "./collection.ts";
import { detectorActions } from "./detector-actions.ts";
import { encodingActions } from "./encoding-actions.ts";
import { eventActions, jobActions, pictureActions } from "./job-actions.ts";
import { monitorActions } from "./monitor.ts";
import { sessionActions } from "./session.ts";

export const actions = {
  jobs: jobActions,
  events: eventActions,
  pictures: pictureActions,
  detector: detectorActions,
  encodings: encodingActions,
  sessions: sessionActions,
  collections: collectionActions,
  monitor: monitorActions,
};
export type Actions = typeof actions;

const services: readonly Readonly<Record<string, ActionContract>>[] = Object.values(actions);
const byName: ReadonlyMap<unknown, ActionContract> = new Map(
  services.flatMap((contracts) => Object.values(contracts)).map((contract) => [contract.name, contract]),
);

/** The contract of an action by its name at the broker; undefined for an action that is not ours. */
export function contractOf(name: unknown): ActionContract | undefined {
  return byName.get(name);
}
