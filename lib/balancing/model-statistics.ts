/** The statistics of models over all processes that run them or count for them. */
import type { Context, ServiceBroker } from "moleculer";
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { ModelStatistics } from "../contracts/inference.ts";
import type { Model } from "../contracts/model.ts";
import { plainName, versionKey } from "../contracts/model-name.ts";
import { sumOf } from "../telemetry/model-statistics.ts";
import { answersOf, toNode } from "./ask-nodes.ts";

/** The action to ask each node by: a process with both services has one set of counts. */
function countingNodes({ registry }: ServiceBroker) {
  const asked = new Map<string, typeof actions.detector.modelCounts>();
  for (const action of [actions.encodings.modelCounts, actions.detector.modelCounts])
    for (const { id, isAvailable } of registry.getActionEndpoints(action.name)?.endpoints ?? [])
      if (isAvailable) asked.set(id, action);
  return asked;
}

export async function modelStatistics(ctx: Context<unknown>, models: readonly Model[]): Promise<ModelStatistics[]> {
  const asked = Array.from(countingNodes(ctx.broker), ([nodeID, action]) => call(ctx, action, {}, toNode(nodeID)));
  const answers = await answersOf(asked);
  return models.map((model) => {
    const { name, version } = model;
    const counts = sumOf(answers.flatMap((ofProcess) => ofProcess[versionKey(model)] ?? []));
    const { count } = counts.inference_stats.success;
    return {
      name: plainName(name),
      version,
      inference_count: count,
      execution_count: count,
      ...counts,
      batch_stats: [],
    };
  });
}
