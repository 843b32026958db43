/** What a person who starts the service wants to know, once it runs: where its parts are, and how to stop it. */

import { isIPv6 } from "node:net";
import type { Middleware, ServiceBroker } from "moleculer";
import { type Config, config } from "./config.ts";

type Settings = Pick<Config, "host" | "port" | "services" | "mongoUrl" | "natsUrl" | "dataDir" | "processIndex">;

/** The address at which a browser on this machine reaches the service. */
export function localUrl({ host, port }: Pick<Config, "host" | "port">): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

export function startNews(settings: Settings, isTerminal: boolean): string[] {
  const { services, mongoUrl, natsUrl, dataDir } = settings;
  const url = localUrl(settings);
  const hasPages = services.length === 0 || services.includes("api");
  const servers = [mongoUrl, natsUrl].filter(Boolean).map((address) => new URL(address.split(",")[0] ?? "").host);
  return [
    ...(hasPages ? [`Dashboard: ${url}/dashboard. API documentation: ${url}/docs`] : []),
    servers.length > 0 ? `Data is in the databases of ${servers.join(" and ")}.` : `Data is in ${dataDir}.`,
    ...(isTerminal ? ["Ctrl-C stops the service."] : []),
  ];
}

/** Tells it, and the supervisor that the service has started: what fails before that would fail again. */
export function tellStart(): Middleware {
  return {
    name: "TellStart",
    async started(broker: ServiceBroker) {
      process.send?.("started");
      if (config.processIndex > 0) return;
      for (const line of startNews(config, process.stdout.isTTY)) broker.getLogger("sightline").info(line);
    },
  };
}
