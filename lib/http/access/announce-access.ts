/** Logs at the start who may use the service, and has an admin key made if keys are required. */
import { randomUUID } from "node:crypto";
import type { Logger, ServiceBroker } from "moleculer";
import { type Config, config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { listeningUrl } from "../../process/start-messages.ts";
import { nowTimestamp } from "../../time/timestamp.ts";

const RETRY_MS = 5_000;

/** Who may use the service, as one sentence. */
function accessInWords({ access, auth, host, port }: Pick<Config, "access" | "auth" | "host" | "port">): string {
  const url = listeningUrl({ host, port });
  switch (access) {
    case "local": {
      const local = `The service listens on ${url}, for this machine only and without keys`;
      return auth === "off"
        ? `${local}. AUTH=off: with another HOST, others would need no key either.`
        : `${local}; HOST=0.0.0.0 opens it to others, with keys.`;
    }
    case "keys":
      return `The service listens on ${url}; requests need a key.`;
    case "off":
      return `AUTH=off: whoever reaches ${url} may read and delete everything, and needs no key.`;
  }
}

export function announceAccess(broker: ServiceBroker, logger: Logger): void {
  const sentence = accessInWords(config);
  if (config.access === "off") logger.warn(sentence);
  // Only the main one of several processes logs it, since each has a gateway.
  else if (config.processIndex === 0) logger.info(sentence);
  if (config.access === "keys") prepareKeys(broker, logger);
}

/** Records settings that take a protection away in the audit log, at each start. */
export function recordUnprotected(broker: ServiceBroker, logger: Logger): void {
  if (!config.auditLog || config.processIndex > 0) return;
  const chosen = [
    config.access === "off" && "AUTH=off",
    config.webhookAllowPrivate && "WEBHOOK_ALLOW_PRIVATE=true",
    config.corsOrigins.length > 0 && `CORS_ORIGINS=${config.corsOrigins.join(",")}`,
  ].filter((setting) => typeof setting === "string");
  if (chosen.length === 0) return;
  const records = chosen.map((object) => ({
    id: randomUUID(),
    time: nowTimestamp(),
    action: "start.unprotected",
    object,
  }));
  broker
    .waitForServices(["keys"])
    .then(() => call(broker, actions.keys.record, { records }))
    .catch((err) => logger.error({ err }, "The settings of this start are not in the audit log"));
}

/** Retries, because the node with the keys, or its database, may start later. */
function prepareKeys(broker: ServiceBroker, logger: Logger): void {
  broker
    .waitForServices(["keys"])
    .then(() => call(broker, actions.keys.prepare))
    .catch((err) => {
      logger.error({ err }, "It is unknown whether there is an admin key; asking again");
      setTimeout(() => prepareKeys(broker, logger), RETRY_MS).unref();
    });
}
