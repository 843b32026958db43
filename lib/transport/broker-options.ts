import type { BrokerOptions } from "moleculer";
import type { Config } from "../config.ts";
import { Discoverer } from "./discoverer.ts";
import { NatsTransporter } from "./nats-transporter.ts";
import { SocketTransporter } from "./socket-transporter.ts";

/** Debounce time for announcing service changes. */
const ANNOUNCE_MS = 50;

/** Options that connect the process to other nodes; none for a single process. */
export function clusterOptions(config: Config): BrokerOptions {
  const transporter = transporterOf(config);
  if (!transporter) return {};
  return {
    transporter,
    // Sends images as binary; JSON would turn them into text.
    serializer: "Notepack",
    registry: { discoverer: new Discoverer() },
    // The option is missing from Moleculer's types.
    transit: { serviceChangedDebounceTime: ANNOUNCE_MS } as BrokerOptions["transit"] & object,
  };
}

function transporterOf(config: Config) {
  const { natsUrl, processSocket, processIndex } = config;
  if (natsUrl) return new NatsTransporter(natsUrl, config);
  return processSocket ? new SocketTransporter(processSocket, processIndex === 0) : undefined;
}
