/** Images that crashed or hung one detector are refused by all, and suspects of one are suspects of all. */
import type { Logger, ServiceBroker } from "moleculer";
import { answersOf, toNode } from "../balancing/ask-nodes.ts";
import { nodesToAsk } from "../balancing/detectors.ts";
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import { broadcast, broadcasts } from "../contracts/broadcasts.ts";
import { nowTimestamp } from "../time/timestamp.ts";
import type { JournalEntry } from "../vision/suspects/in-progress-journal.ts";
import type { Refusal } from "../vision/suspects/suspects.ts";

/**
 * Images refused by the other detectors, for a detector that has just started.
 * @param onFailed Called with the error of each detector that could not be asked.
 */
export async function refusalsOfOthers(broker: ServiceBroker, onFailed: (error: unknown) => void): Promise<Refusal[]> {
  const asked = nodesToAsk(broker).map((nodeID) => call(broker, actions.detector.refusals, {}, toNode(nodeID)));
  return (await answersOf(asked, onFailed)).flat();
}

/** Makes all detectors refuse the image from now on, this one too. */
export function announceRefusal(broker: ServiceBroker, logger: Logger, sha256: string): void {
  logger.error({ sha256 }, "An image crashed or hung the detector and is refused from now on");
  broadcast(broker, broadcasts.imageRefused, { sha256, at: nowTimestamp() });
}

export function announceSuspects(broker: ServiceBroker, suspects: readonly JournalEntry[]): void {
  for (const suspect of suspects) broadcast(broker, broadcasts.imageSuspected, suspect);
}
