/**
 * What a detector was not told while it started or was cut off from the others: refused images, and changes of models.
 */
import type { Logger, ServiceBroker } from "moleculer";
import { isUnanswered } from "../balancing/ask-nodes.ts";
import { nodesToAsk } from "../balancing/detectors.ts";
import { OutageLog } from "../telemetry/outage-log.ts";
import { systemClock } from "../time/clock.ts";
import { Rounds } from "../time/rounds.ts";
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
  /** Called after the start when models were loaded or unloaded here because other detectors had done so. */
  readonly onModelsChanged: () => void;
}

interface TakenOver {
  readonly areModelsChanged: boolean;
  /** The error of a detector that did not answer, if there is one. */
  readonly unanswered?: unknown;
}

const RETRY_DELAY_MS = 1_000;

export class CatchUp {
  readonly #settings: CatchUpSettings;
  readonly #changes: ChangesOfOthers;
  readonly #rounds: Rounds;
  /** The nodes that were to be asked at the last check. */
  #toAsk: readonly string[] = [];

  private constructor(settings: CatchUpSettings) {
    const { broker, logger, served } = settings;
    this.#settings = settings;
    this.#changes = new ChangesOfOthers(broker, served, ({ name: model, isLoaded }, err) => {
      const change = isLoaded ? "loaded" : "unloaded";
      logger.error({ err, model }, `Other detectors ${change} the model, but it cannot be ${change} here`);
    });
    const outages = new OutageLog(logger, {
      begins: "Asking other detectors failed; they are asked again each second until they answer",
      ends: "Asking other detectors works again",
    });
    this.#rounds = new Rounds(
      async () => {
        const { areModelsChanged, unanswered } = await this.#takeOver();
        if (areModelsChanged) {
          logger.info("Models were loaded or unloaded as on the other detectors");
          settings.onModelsChanged();
        }
        // Another detector is too busy or suspended. It tells nobody when it goes on, so it is asked again.
        if (unanswered) throw unanswered;
        if (isConnected(broker)) outages.succeeded();
      },
      { clock: systemClock, retryDelayMs: RETRY_DELAY_MS, onError: (err) => outages.failed(err) },
    );
  }

  /** Takes over the refusals and model changes of the detectors that are already connected. */
  static async start(settings: CatchUpSettings): Promise<CatchUp> {
    const catchUp = new CatchUp(settings);
    await catchUp.#takeOver();
    // Other detectors may have connected meanwhile.
    catchUp.wake();
    return catchUp;
  }

  /** Asks the others soon. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Asks the others soon if another node has something to tell. A node announces that once while it runs. */
  wakeIfNew(): void {
    const before = this.#toAsk;
    this.#toAsk = nodesToAsk(this.#settings.broker);
    if (this.#toAsk.some((nodeID) => !before.includes(nodeID))) this.wake();
  }

  /** Waits until the current take-over has ended. */
  close(): Promise<void> {
    return this.#rounds.close();
  }

  async #takeOver(): Promise<TakenOver> {
    const { broker, suspects } = this.#settings;
    if (!isConnected(broker)) return { areModelsChanged: false };
    let unanswered: unknown;
    const onFailed = (error: unknown) => {
      if (isUnanswered(error)) unanswered = error;
    };
    for (const { sha256, at } of await refusalsOfOthers(broker, onFailed)) suspects.refuse(sha256, at);
    return { areModelsChanged: await this.#changes.takeOver(onFailed), unanswered };
  }
}
