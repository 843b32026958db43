/** What a person who starts the service wants to know, once it runs: where its parts are, and how to stop it. */
import { isIPv6 } from "node:net";
import type { Middleware, ServiceBroker } from "moleculer";
import { type Config, config, misspelt } from "../config.ts";

type Settings = Pick<Config, "host" | "port" | "basePath" | "services" | "mongoUrl" | "natsUrl" | "dataDir">;

/** The address that the service listens on. */
export function listeningUrl({ host, port }: Pick<Config, "host" | "port">): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** The address at which a browser on this machine reaches the service. */
function localUrl({ host, port, basePath }: Pick<Config, "host" | "port" | "basePath">): string {
  const isAny = host === "0.0.0.0" || host === "::";
  return listeningUrl({ host: isAny ? "localhost" : host, port }) + basePath;
}

/** Host of the first URL, without the password that the URL may contain. */
function hostOf(urls: string): string {
  return new URL(urls.split(",")[0] ?? "").host;
}

export function startMessages(settings: Settings, isTerminal: boolean): string[] {
  const { services, mongoUrl, natsUrl, dataDir } = settings;
  const url = localUrl(settings);
  const hasPages = services.length === 0 || services.includes("api");
  return [
    ...(hasPages ? [`Dashboard: ${url}/dashboard. API documentation: ${url}/docs`] : []),
    mongoUrl
      ? `Data is in MongoDB at ${hostOf(mongoUrl)} and in NATS at ${hostOf(natsUrl)}.`
      : `Data is in ${dataDir}.`,
    ...(isTerminal ? ["Ctrl-C stops the service."] : []),
  ];
}

/**
 * Tells the supervisor that the process has started, and answers when it asks whether the main thread still responds
 * (`scripts/supervise.mjs`). A process that fails before this message is not restarted, because it would fail again.
 */
function tellSupervisor(): void {
  // If another program has a channel to this process, it expects messages of its own.
  if (!config.supervisorPid || !process.send) return;
  process.on("message", tell);
  // Waiting for a question must not keep an otherwise idle process alive.
  process.channel?.unref();
  tell("started");
}

/** A supervisor that is gone is no error: `stopWithSupervisor` ends the service in good order. */
function tell(message: unknown): void {
  process.send?.(message, () => {});
}

/** Logs the messages, and tells the supervisor that the service has started. */
export function announceStart(): Middleware {
  return {
    name: "AnnounceStart",
    // Logged first, because the start may fail when a setting has no effect, for example on a port that is in use.
    created(broker: ServiceBroker) {
      if (config.processIndex > 0) return;
      for (const { name, setting } of misspelt)
        broker.getLogger("sightline").warn(`${name} is not a setting. Did you mean ${setting}?`);
    },
    async started(broker: ServiceBroker) {
      tellSupervisor();
      if (config.processIndex > 0) return;
      for (const line of startMessages(config, process.stdout.isTTY)) broker.getLogger("sightline").info(line);
    },
  };
}
