/**
 * What a detector was not told while it started or was cut off from the others: refused images, and changes of models.
 */
import type { Logger, ServiceBroker } from "moleculer";
import { nodesToAsk } from "../balancing/detectors.ts";
import { systemClock } from "../clock.ts";
import { Rounds } from "../rounds.ts";
import { isConnected } from "../transport/transit.ts";
import type { ServedModels } from "../vision/served-models.ts";
import type { Suspects } from "../vision/suspects/suspects.ts";
import { ChangesOfOthers } from "./model-changes.ts";
import { refusalsOfOthers } from "./refused-images.ts";

export interface CatchUpSettings {
  readonly broker: ServiceBroker;
  readonly logger: Logger;
  readonly served: ServedModels;
  readonly suspects: Suspects;
  /** Called when models were loaded or unloaded here as on the others, after the start. */
  readonly onModelsChanged: () => void;
}

const RETRY_DELAY_MS = 1_000;

export class CatchUp {
  readonly #settings: CatchUpSettings;
  readonly #changes: ChangesOfOthers;
  readonly #rounds: Rounds;
  /** Nodes that were to be asked when this was last seen to. */
  #toAsk: readonly string[] = [];

  private constructor(settings: CatchUpSettings) {
    const { broker, logger, served } = settings;
    this.#settings = settings;
    this.#changes = new ChangesOfOthers(broker, served, ({ name: model, isLoaded }, err) => {
      const change = isLoaded ? "loaded" : "unloaded";
      logger.error({ err, model }, `Other detectors ${change} the model, but it cannot be ${change} here`);
    });
    this.#rounds = new Rounds(
      async () => {
        if (!(await this.#takeOver())) return;
        logger.info("Models were loaded or unloaded as on the other detectors");
        settings.onModelsChanged();
      },
      {
        clock: systemClock,
        retryDelayMs: RETRY_DELAY_MS,
        onError: (err) => logger.error({ err }, "Asking other detectors failed"),
      },
    );
  }

  /** Takes over what the detectors have that are connected already. */
  static async start(settings: CatchUpSettings): Promise<CatchUp> {
    const catchUp = new CatchUp(settings);
    await catchUp.#takeOver();
    // Some may have been connected meanwhile.
    catchUp.wake();
    return catchUp;
  }

  /** Asks the others soon. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Asks the others soon if one has come to have something to tell. Each publishes that once, while it runs. */
  wakeIfNew(): void {
    const before = this.#toAsk;
    this.#toAsk = nodesToAsk(this.#settings.broker);
    if (this.#toAsk.some((nodeID) => !before.includes(nodeID))) this.wake();
  }

  /** Waits for what is being taken over. */
  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** @returns whether models have changed. */
  async #takeOver(): Promise<boolean> {
    const { broker, suspects } = this.#settings;
    if (!isConnected(broker)) return false;
    for (const { sha256, at } of await refusalsOfOthers(broker)) suspects.refuse(sha256, at);
    return this.#changes.takeOver();
  }
}
