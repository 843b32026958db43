/**
 * The models that a detector serves, which can be changed while it runs. A change starts new threads with the new set
 * of models next to the present ones. They take over only if all models pass their checks in them. The former threads
 * finish their tasks and end, which frees their memory. So a request sees one set of models or the other, and a model
 * that cannot be loaded changes nothing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Mutex } from "async-mutex";
import { defaultDetectionOptions } from "../contracts/default-options.ts";
import type { Model, ModelChange, Provider } from "../contracts/model.ts";
import { FACES_HAAR, isCalled, plainName } from "../contracts/model-name.ts";
import { detectorShuttingDown, failure, modelNotFound, modelUnavailable } from "../errors.ts";
import { type Catalog, type CatalogSettings, describeModels, knownModels, openCatalog } from "./models/catalog.ts";
import { Parcels, type ParcelsSettings } from "./parcels.ts";
import { VisionPool } from "./pool.ts";
import type { PoolSettings } from "./pool-types.ts";
import { isSelfCheckPassed, selfCheckFile } from "./self-check.ts";
import type { WorkerDescription } from "./task.ts";

/** Advice for somebody who loads a model that no manifest has. */
const ADVICE =
  "A model of your own needs an entry in the file that MODELS_MANIFEST names, a setting of the service's detectors.";

export interface ServedModelsSettings {
  readonly catalog: CatalogSettings;
  readonly pool: Omit<PoolSettings, "served">;
  readonly parcels: ParcelsSettings;
  readonly networkThreads: number;
  readonly providers: readonly Provider[];
}

/** A set of models and the threads that have them. */
interface Generation {
  readonly catalog: Catalog;
  readonly worker: WorkerDescription;
  readonly pool: VisionPool;
  readonly parcels: Parcels;
  readonly models: readonly Model[];
}

const POLL_MS = 10;
const UNLOADED = "it was unloaded";

export class ServedModels {
  readonly #settings: ServedModelsSettings;
  /** Serializes changes. */
  readonly #mutex = new Mutex();
  #current: Generation;
  /** Generations that are finishing their tasks. */
  readonly #retiring = new Map<Generation, Promise<void>>();
  readonly #unloaded = new Map<string, Model>();
  /** The latest change of each model, by its own name: a change may name it by its version instead. */
  readonly #changes = new Map<string, ModelChange>();
  #isClosing = false;

  private constructor(settings: ServedModelsSettings, first: Generation) {
    this.#settings = settings;
    this.#current = first;
  }

  /** @throws if a thread cannot start or fails the self-check; Error for an invalid manifest. */
  static async start(settings: ServedModelsSettings): Promise<ServedModels> {
    return new ServedModels(settings, await open(settings, await openCatalog(settings.catalog)));
  }

  get pool(): VisionPool {
    return this.#current.pool;
  }

  get parcels(): Parcels {
    return this.#current.parcels;
  }

  get catalog(): Catalog {
    return this.#current.catalog;
  }

  get worker(): WorkerDescription {
    return this.#current.worker;
  }

  /** All models. Those that were unloaded are `unavailable`. */
  get models(): Model[] {
    const { models } = this.#current;
    const others = [...this.#unloaded.values()].filter(({ name }) => !models.some((model) => model.name === name));
    return [...models, ...others];
  }

  /** All changes since the start, including those that this detector has taken over from others. */
  get changes(): ModelChange[] {
    return [...this.#changes.values()];
  }

  /**
   * Loads models, from manifests and files that are read anew, or unloads them. A change that is older than the latest
   * of its model has no effect.
   * @throws MODEL_NOT_FOUND; MODEL_UNAVAILABLE if a model cannot be loaded, or another one could no longer be loaded;
   *   then nothing has changed. INVALID_OPTION for `faces-haar`. SHUTTING_DOWN
   */
  change(changes: readonly ModelChange[]): Promise<void> {
    return this.#mutex.runExclusive(async () => {
      // Sorted by time: two changes may concern one model, by its name and by that of its version.
      const [first, ...others] = changes.toSorted((a, b) => (a.at < b.at ? -1 : 1));
      if (!first) return;
      const known = await reading(first.name, async () => knownModels(this.#settings.catalog));
      const isNew = ([{ at }, { name }]: readonly [ModelChange, Model]) => at > (this.#changes.get(name)?.at ?? "");
      const all = [first, ...others].map((change) => [change, this.#network(change, known)] as const);
      const meant = new Map(all.filter(isNew));
      if (meant.size === 0) return;
      if (this.#isClosing) throw detectorShuttingDown();
      const names = new Set(this.#current.catalog.names);
      for (const [{ isLoaded }, { name }] of meant) isLoaded ? names.add(name) : names.delete(name);
      const catalog = await reading(first.name, () => openCatalog(this.#settings.catalog, [...names]));
      requireNewVersions(this.#current, catalog);
      const next = await open(this.#settings, catalog);
      const lost = next.models.find(({ name, state }) => state === "unavailable" && this.#mustBeReady(name, meant));
      if (lost || this.#isClosing) {
        await next.pool.close();
        throw lost ? modelUnavailable(lost.name, lost.reason ?? "") : detectorShuttingDown();
      }
      this.#remember(meant);
      this.#retire(this.#current);
      this.#current = next;
    });
  }

  /** Gives back the images of a job that has ended. */
  endJob(id: string): void {
    for (const { parcels } of this.#generations()) parcels.end(id);
  }

  /** Refuses waiting and new tasks. */
  refuse(): void {
    this.#isClosing = true;
    for (const { pool } of this.#generations()) pool.refuse();
  }

  /** Answers all tasks in work of all threads, including those of former models: see `VisionPool.abandon`. */
  async abandon(graceMs: number): Promise<void> {
    await Promise.all(this.#generations().map(({ pool }) => pool.abandon(graceMs)));
  }

  /** Finishes running tasks and stops all threads. */
  async close(): Promise<void> {
    this.refuse();
    await this.#mutex.waitForUnlock();
    await Promise.all([this.#current.pool.close(), ...this.#retiring.values()]);
  }

  #generations(): Generation[] {
    return [this.#current, ...this.#retiring.keys()];
  }

  /**
   * The model that the change means; its name may also be that of the default version. @throws INVALID_OPTION,
   * MODEL_NOT_FOUND
   */
  #network({ name, isLoaded }: ModelChange, known: readonly Model[]): Model {
    if (name === FACES_HAAR)
      throw failure("INVALID_OPTION", `${FACES_HAAR} has no files to load; MODELS says whether it is served.`);
    const isServed = (model: Model) => (isLoaded ? model.name === name : isCalled(model, name));
    const found = known.find((model) => isCalled(model, name)) ?? this.models.find(isServed);
    if (!found) throw modelNotFound(name, isLoaded ? ADVICE : "");
    return found;
  }

  /** Whether the model must be ready: it is to be loaded, or is ready now. */
  #mustBeReady(name: string, changes: ReadonlyMap<ModelChange, Model>): boolean {
    const wasReady = this.#current.models.some((model) => model.name === name && model.state === "ready");
    return wasReady || changes.entries().some(([{ isLoaded }, model]) => model.name === name && isLoaded);
  }

  #remember(changes: ReadonlyMap<ModelChange, Model>): void {
    for (const [change, model] of changes) {
      this.#changes.set(model.name, change);
      const { network: _network, ...known } = this.models.find(({ name }) => name === model.name) ?? model;
      this.#unloaded.delete(model.name);
      if (!change.isLoaded) this.#unloaded.set(model.name, { ...known, state: "unavailable", reason: UNLOADED });
    }
  }

  #retire(generation: Generation): void {
    const ended = retired(generation, () => this.#isClosing).finally(() => this.#retiring.delete(generation));
    this.#retiring.set(generation, ended);
  }
}

async function open(settings: ServedModelsSettings, catalog: Catalog): Promise<Generation> {
  const { facesHaar, loadable: models } = catalog;
  const warmUp = { file: selfCheckFile(), options: defaultDetectionOptions };
  const pool = await VisionPool.start(
    {
      ...settings.pool,
      served: { facesHaar, models, networkThreads: settings.networkThreads, providers: settings.providers },
    },
    facesHaar ? warmUp : { ...warmUp, models: [] },
    isSelfCheckPassed,
  );
  const worker = await pool.describe().catch(async (error) => {
    await pool.close();
    throw error;
  });
  const parcels = new Parcels(pool, settings.parcels);
  return { catalog, worker, pool, parcels, models: describeModels(catalog, worker) };
}

/** Waits until the generation has nothing left to do, and ends its threads. */
async function retired({ pool, parcels }: Generation, isClosing: () => boolean): Promise<void> {
  const isBusy = () => pool.isBusy || parcels.waiting > 0;
  while (isBusy() && !isClosing()) await sleep(POLL_MS);
  await pool.close();
}

/**
 * Requires that each version names one network: results name the version, and encodings are cached by it.
 * @throws MODEL_UNAVAILABLE if another network has the same version
 */
function requireNewVersions({ catalog: before, worker }: Generation, after: Catalog): void {
  for (const { manifest: old } of before.loadable.filter(({ manifest }) => !(manifest.name in worker.unavailable)))
    for (const { manifest: next } of after.loadable) {
      const isSame = plainName(old.name) === plainName(next.name) && old.version === next.version;
      if (!isSame || old.files.model.sha256 === next.files.model.sha256) continue;
      const reason = `its network is another one, but its version is still ${next.version}: give it a new one`;
      throw modelUnavailable(next.name, reason);
    }
}

/** Reads manifests for a change of a model. @throws MODEL_UNAVAILABLE for invalid manifests. */
async function reading<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw modelUnavailable(name, (error as Error).message);
  }
}
