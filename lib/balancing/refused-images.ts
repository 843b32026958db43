/** Images that crashed or hung one detector are refused by all. */
import type { ServiceBroker } from "moleculer";
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { Refusal } from "../vision/suspects/suspects.ts";
import { detectorNodes } from "./detectors.ts";

/** Detectors that do not answer in time are left out. */
const ANSWER_WITHIN_MS = 1_000;

/** Images refused by the other detectors, for a detector that has just started. */
export async function refusalsOfOthers(broker: ServiceBroker): Promise<Refusal[]> {
  const nodes = detectorNodes(broker).filter((nodeID) => nodeID !== broker.nodeID);
  const options = { timeout: ANSWER_WITHIN_MS, retries: 0 };
  const ask = (nodeID: string) => call(broker, actions.detector.refusals, {}, { ...options, nodeID });
  const answers = await Promise.allSettled(nodes.map(ask));
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}
