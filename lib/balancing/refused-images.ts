/** Images that crashed or hung one detector are refused by all. */
import type { ServiceBroker } from "moleculer";
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { Refusal } from "../vision/suspects/suspects.ts";
import { answersOf, toNode } from "./ask-nodes.ts";
import { detectorNodes } from "./detectors.ts";

/** Images refused by the other detectors, for a detector that has just started. */
export async function refusalsOfOthers(broker: ServiceBroker): Promise<Refusal[]> {
  const nodes = detectorNodes(broker).filter((nodeID) => nodeID !== broker.nodeID);
  const asked = nodes.map((nodeID) => call(broker, actions.detector.refusals, {}, toNode(nodeID)));
  return (await answersOf(asked)).flat();
}
