/** Loading and unloading models on all detectors. */
import type { Context, ServiceBroker } from "moleculer";
import { answersOf, toNode } from "../balancing/ask-nodes.ts";
import { detectorNodes, nodesToAsk } from "../balancing/detectors.ts";
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { Model, ModelChange } from "../contracts/model.ts";
import { plainName } from "../contracts/model-name.ts";
import { failure, noDetector } from "../errors.ts";
import { nowTimestamp } from "../time/timestamp.ts";
import { asFailure } from "../transport/failures.ts";
import type { ServedModels } from "../vision/served-models.ts";

/** Timeout of a change on one detector: each thread takes long to read a large network and to try it. */
const CHANGE_WITHIN_MS = 600_000;

/**
 * Loads or unloads a model on one detector after the other, so that the others have all cores for requests meanwhile.
 * @returns the model as the last of them has it.
 * @throws the error of the only detector; with several, the first error, with the number of detectors that failed.
 */
export async function changeModel(ctx: Context<unknown>, name: string, isLoaded: boolean): Promise<Model> {
  const nodes = detectorNodes(ctx.broker);
  if (nodes.length === 0) throw noDetector();
  const change: ModelChange = { name, isLoaded, at: await timeOfNext(ctx.broker, name) };
  const failures = [];
  let changed: Model | undefined;
  for (const nodeID of nodes) {
    const options = { nodeID, timeout: CHANGE_WITHIN_MS, retries: 0 };
    try {
      changed = await call(ctx, actions.detector.changeModel, change, options);
    } catch (error) {
      failures.push(asFailure(error));
    }
    // A detector that has started meanwhile may have asked the others before they made the change.
    nodes.push(...detectorNodes(ctx.broker).filter((other) => !nodes.includes(other)));
  }
  const [first] = failures;
  if (!first) return changed as Model;
  if (nodes.length === 1) throw first;
  const detail = `${failures.length} of ${nodes.length} detectors failed; the first: ${first.message}`;
  throw failure(first.type, detail, first.data);
}

/**
 * A time later than the latest change of any version of the model, which may come from another clock. Detectors ignore
 * a change of a model that is not later than its latest one, by whichever name.
 */
async function timeOfNext(broker: ServiceBroker, name: string): Promise<string> {
  const now = nowTimestamp();
  const ofModel = (change: ModelChange) => plainName(change.name) === plainName(name);
  const times = (await changesOf(broker, detectorNodes(broker))).filter(ofModel).map(({ at }) => at);
  const latest = times.toSorted().at(-1);
  return latest && latest >= now ? new Date(Date.parse(latest) + 1).toISOString() : now;
}

/**
 * Loads and unloads on this detector what the others have, which it could not be told while it started or was cut off.
 */
export class ChangesOfOthers {
  readonly #broker: ServiceBroker;
  readonly #served: Pick<ServedModels, "changes" | "change">;
  readonly #onRefused: (change: ModelChange, error: unknown) => void;
  /** Time of the latest change of others that was tried, successfully or not, by model. */
  readonly #tried = new Map<string, string>();

  /**
   * @param onRefused Called for each change that cannot be made here, such as of a model that this node does not know.
   */
  constructor(
    broker: ServiceBroker,
    served: Pick<ServedModels, "changes" | "change">,
    onRefused: (change: ModelChange, error: unknown) => void,
  ) {
    this.#broker = broker;
    this.#served = served;
    this.#onRefused = onRefused;
  }

  /**
   * @param onFailed Called with the error of each detector that could not be asked.
   * @returns whether any changes were made.
   */
  async takeOver(onFailed?: (error: unknown) => void): Promise<boolean> {
    const isNew = ({ name, at }: ModelChange) =>
      at > (this.#tried.get(name) ?? "") && at > (this.#served.changes.find((made) => made.name === name)?.at ?? "");
    // The others may change something while this detector loads, and this one does not know it yet.
    for (let made = 0; ; ) {
      const changes = (await changesOf(this.#broker, nodesToAsk(this.#broker), onFailed)).filter(isNew);
      if (changes.length === 0) return made > 0;
      for (const { name, at } of changes) this.#tried.set(name, at);
      made += await this.#apply(changes);
    }
  }

  /**
   * Applies all changes at once, since each opens all models anew, or one by one if that fails. @returns how many were
   * made.
   */
  async #apply(changes: readonly ModelChange[]): Promise<number> {
    try {
      await this.#served.change(changes);
      return changes.length;
    } catch (error) {
      const [first, second] = changes;
      if (first && !second) this.#onRefused(first, error);
      let made = 0;
      for (const change of second ? changes : []) made += await this.#apply([change]);
      return made;
    }
  }
}

/** The latest change of each model. */
async function changesOf(
  broker: ServiceBroker,
  nodes: readonly string[],
  onFailed?: (error: unknown) => void,
): Promise<ModelChange[]> {
  const asked = nodes.map((nodeID) => call(broker, actions.detector.modelChanges, {}, toNode(nodeID)));
  const latest = new Map<string, ModelChange>();
  for (const change of (await answersOf(asked, onFailed)).flat())
    if (change.at > (latest.get(change.name)?.at ?? "")) latest.set(change.name, change);
  return [...latest.values()];
}
