/** Loggers without what the framework says about itself at the level `info`: thirty lines at a start. */
import { Loggers } from "moleculer";

type Handler = (type: string, args: readonly unknown[]) => void;
interface Bindings {
  readonly mod?: string;
}

/** Parts of the framework. */
const MODULES = ["broker", "registry", "transit", "transporter", "$node"];
/** An operator wants to know which nodes come and go. */
const MEMBERSHIP = /^Node '/;
/** What it says in the name of services. */
const ROUTINE =
  /^(Service '.*' (started|stopped)\.|Waiting for service\(s\) .*|Service\(s\) .* are available\.|API Gateway .*)$/;

/** `/readyz`, which asks, answers with the same. */
const NOT_READY_YET = /^Service '\w+\.ready' is not registered\.$/;

/** What moleculer-runner, or the transporter, says with the reason. */
const SAID_BETTER = ["Unable to start all services.", "NATS error.", "Connection is failed."];

function isRoutine(type: string, [message]: readonly unknown[], { mod = "" }: Bindings): boolean {
  if (typeof message !== "string") return false;
  if (SAID_BETTER.includes(message) || NOT_READY_YET.test(message)) return true;
  if (type !== "info") return false;
  return MODULES.includes(mod) ? !MEMBERSHIP.test(message) : ROUTINE.test(message);
}

function quietly(handler: Handler | null, bindings: Bindings): Handler | null {
  return handler && ((type, args) => (isRoutine(type, args, bindings) ? undefined : handler(type, args)));
}

export class QuietConsole extends Loggers.Console {
  override getLogHandler(bindings: Bindings): Handler | null {
    return quietly(super.getLogHandler(bindings as never) as Handler | null, bindings);
  }
}

export class QuietPino extends Loggers.Pino {
  override getLogHandler(bindings: Bindings): Handler | null {
    return quietly(super.getLogHandler(bindings as never) as Handler | null, bindings);
  }
}
