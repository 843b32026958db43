/**
 * Loggers that omit the framework's routine messages at the level `info`, of which a start has thirty lines, and its
 * messages about each call while nodes cannot reach each other or none offers what is called.
 */
import { Errors, Loggers } from "moleculer";

type Handler = (type: string, args: readonly unknown[]) => void;
interface Bindings {
  readonly mod?: string;
}

/** Modules of the framework. */
const MODULES = ["broker", "registry", "transit", "transporter", "$node"];
/** Messages that are kept: an operator wants to know which nodes come and go. */
const MEMBERSHIP = /^Node '.+' (?:re|dis)?connected/;
/** The end of an outage, whose beginning is a warning. */
const CONNECTED_AGAIN = "Reconnected to NATS.";
/** Routine messages that the framework logs under the names of services. */
const ROUTINE =
  /^(Service '.*' (started|stopped)\.|Waiting for service\(s\) .*|Service\(s\) .* are available\.|API Gateway .*)$/;

/**
 * Message about a call that no connected node offers. It is logged once for each action, and again after nodes have come
 * or gone: there may be thousands of such calls.
 */
const UNOFFERED = /^Service '(.+)' is not (?:registered|available)\.$/;

/** Message about a failed call of `/readyz`, whose answer says the same. */
const NOT_READY_YET = /^Service '\w+\.ready' is not registered\.$/;

/** The caller has the error of the last attempt, which is logged if an operator has to know of it. */
const RETRY = /^Retry to call '/;
/** The transporter says once that the connection is lost. */
const UNSENT = /^Unable to send /;

/** Messages that moleculer-runner or the transporter repeats with the reason. */
const SAID_BETTER = ["Unable to start all services.", "NATS error.", "Connection is failed."];

function isRoutine(type: string, [message, error]: readonly unknown[], { mod = "" }: Bindings): boolean {
  if (typeof message !== "string") return false;
  if (RETRY.test(message) || (UNSENT.test(message) && error instanceof Errors.BrokerDisconnectedError)) return true;
  if (SAID_BETTER.includes(message) || NOT_READY_YET.test(message)) return true;
  if (type !== "info") return false;
  if (MEMBERSHIP.test(message) || message === CONNECTED_AGAIN) return false;
  return MODULES.includes(mod) || ROUTINE.test(message);
}

/** @param unoffered Actions of which it was logged that no node offers them. */
function quietly(handler: Handler | null, bindings: Bindings, unoffered: Set<string>): Handler | null {
  if (!handler) return null;
  return (type, args) => {
    if (isRoutine(type, args, bindings)) return;
    const message = String(args[0]);
    if (MEMBERSHIP.test(message)) unoffered.clear();
    const action = UNOFFERED.exec(message)?.[1];
    if (action === undefined) return handler(type, args);
    if (unoffered.has(action)) return;
    unoffered.add(action);
    handler(type, [`No node that offers ${action} is connected.`]);
  };
}

export class QuietConsole extends Loggers.Console {
  readonly #unoffered = new Set<string>();

  override getLogHandler(bindings: Bindings): Handler | null {
    return quietly(super.getLogHandler(bindings as never) as Handler | null, bindings, this.#unoffered);
  }
}

export class QuietPino extends Loggers.Pino {
  readonly #unoffered = new Set<string>();

  override getLogHandler(bindings: Bindings): Handler | null {
    return quietly(super.getLogHandler(bindings as never) as Handler | null, bindings, this.#unoffered);
  }
}
