import type { BrokerOptions } from "moleculer";
import type { Config } from "../config.ts";
import { Discoverer } from "./discoverer.ts";
import { NatsTransporter } from "./nats-transporter.ts";

/** Debounce time for announcing service changes. */
const ANNOUNCE_MS = 50;

/** Options that make the process a node of a cluster; none without NATS. */
export function clusterOptions({ natsUrl }: Config): BrokerOptions {
  if (!natsUrl) return {};
  return {
    transporter: new NatsTransporter(natsUrl),
    // Sends images as binary; JSON would turn them into text.
    serializer: "Notepack",
    registry: { discoverer: new Discoverer() },
    // Missing from Moleculer's types.
    transit: { serviceChangedDebounceTime: ANNOUNCE_MS } as BrokerOptions["transit"] & object,
  };
}
