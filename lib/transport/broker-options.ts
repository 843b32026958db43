import type { BrokerOptions } from "moleculer";
import type { Config } from "../config.ts";
import { Discoverer } from "./discoverer.ts";

/** Debounce time for announcing service changes. */
const ANNOUNCE_MS = 50;

/** Options that make the process a node beside others; none for a single process. */
export async function clusterOptions(config: Config): Promise<BrokerOptions> {
  const transporter = await transporterOf(config);
  if (!transporter) return {};
  return {
    transporter,
    // Sends images as binary; JSON would turn them into text.
    serializer: "Notepack",
    registry: { discoverer: new Discoverer() },
    // Missing from Moleculer's types.
    transit: { serviceChangedDebounceTime: ANNOUNCE_MS } as BrokerOptions["transit"] & object,
  };
}

/** Imports only what is needed: a single process needs no client of NATS. */
async function transporterOf(config: Config) {
  const { natsUrl, processSocket, processIndex } = config;
  if (natsUrl) {
    const { NatsTransporter } = await import("./nats-transporter.ts");
    return new NatsTransporter(natsUrl, config);
  }
  if (!processSocket) return undefined;
  const { SocketTransporter } = await import("./socket-transporter.ts");
  return new SocketTransporter(processSocket, processIndex === 0);
}
