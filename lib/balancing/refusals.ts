/** Images that one detector found to be at fault for a crash or a hang are refused by all. */
import type { ServiceBroker } from "moleculer";
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { Refusal } from "../vision/suspects/suspects.ts";
import { detectorNodes } from "./detectors.ts";

/** A detector that does not answer by then is left out. */
const ANSWER_WITHIN_MS = 1_000;

/** What the other detectors refuse, for one that has just started. */
export async function refusalsOfOthers(broker: ServiceBroker): Promise<Refusal[]> {
  const nodes = detectorNodes(broker).filter((nodeID) => nodeID !== broker.nodeID);
  const options = { timeout: ANSWER_WITHIN_MS, retries: 0 };
  const ask = (nodeID: string) => call(broker, actions.detector.refusals, {}, { ...options, nodeID });
  const answers = await Promise.allSettled(nodes.map(ask));
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}
