import type { BrokerOptions } from "moleculer";
import type { Config } from "../config.ts";
import { Discoverer } from "./discoverer.ts";
import { NatsTransporter } from "./nats-transporter.ts";

/** Services that came or went are announced so soon. */
const ANNOUNCE_MS = 50;

/** What makes a process a node of a cluster; nothing without NATS. */
export function clusterOptions({ natsUrl }: Config): BrokerOptions {
  if (!natsUrl) return {};
  return {
    transporter: new NatsTransporter(natsUrl),
    // Images travel as they are; JSON would make text of them.
    serializer: "Notepack",
    registry: { discoverer: new Discoverer() },
    // Missing from Moleculer's types.
    transit: { serviceChangedDebounceTime: ANNOUNCE_MS } as BrokerOptions["transit"] & object,
  };
}
