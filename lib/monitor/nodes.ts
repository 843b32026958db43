/** The nodes of the cluster from Moleculer's registry, with the load that their detectors report. */
import type { ServiceBroker } from "moleculer";
import packageJson from "../../package.json" with { type: "json" };
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { Node } from "../contracts/monitor.ts";

/** Metadata that a node publishes about itself. */
export interface NodeMetadata {
  readonly version: string;
  readonly startedAt: string;
}

export function nodeMetadata(): NodeMetadata {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  return { version: packageJson.version, startedAt };
}

/** Long enough for a healthy detector, short enough for an interactive view. */
const LOAD_TIMEOUT_MS = 1_000;

/** The fields of Moleculer's node that are used here. */
interface RegistryNode {
  readonly id: string;
  readonly hostname: string | null;
  readonly available: boolean;
  readonly metadata: Partial<NodeMetadata> | null;
  readonly services: readonly { readonly name: string }[];
}

/** Connected nodes, and those lost in the last minutes. */
export async function listNodes(broker: ServiceBroker): Promise<Node[]> {
  const nodes = broker.registry.getNodeList({ onlyAvailable: false, withServices: true }) as unknown as RegistryNode[];
  const views = nodes.map(async (node): Promise<Node> => {
    const { version, startedAt } = node.metadata ?? {};
    const services = node.services.map(({ name }) => name).filter((name) => !name.startsWith("$"));
    const hasDetector = node.available && services.includes("detector");
    return {
      id: node.id,
      hostname: node.hostname ?? node.id,
      state: node.available ? "online" : "offline",
      services: services.sort(),
      ...(version !== undefined && { version }),
      ...(startedAt !== undefined && node.available && { startedAt, uptimeSeconds: secondsSince(startedAt) }),
      ...(hasDetector && { detector: await detectorLoad(broker, node.id) }),
    };
  });
  return (await Promise.all(views)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Null if the detector does not respond in time. */
async function detectorLoad(broker: ServiceBroker, nodeID: string): Promise<(Node["detector"] & object) | null> {
  try {
    const options = { nodeID, timeout: LOAD_TIMEOUT_MS, retries: 0 };
    const { threads, running, waiting } = await call(broker, actions.detector.load, {}, options);
    return { threads, running, waiting };
  } catch {
    return null;
  }
}

function secondsSince(time: string): number {
  return Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000));
}
