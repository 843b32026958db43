/** Loggers without what the framework says about itself at the level `info`: thirty lines at a start. */
import { Loggers } from "moleculer";

type Handler = (type: string, args: readonly unknown[]) => void;
interface Bindings {
  readonly mod?: string;
}

/** Parts of the framework. */
const MODULES = ["broker", "registry", "transit", "transporter", "$node"];
/** Nodes that come and go are news for an operator. */
const NEWS = /^Node '/;
/** What it says in the name of services. */
const ROUTINE = /^(Service '.*' (started|stopped)\.|API Gateway .*)$/;

/** The reason, which says it too, is printed by moleculer-runner. */
const SAID_BY_RUNNER = "Unable to start all services.";

function isRoutine(type: string, [message]: readonly unknown[], { mod = "" }: Bindings): boolean {
  if (message === SAID_BY_RUNNER) return true;
  if (type !== "info" || typeof message !== "string") return false;
  return MODULES.includes(mod) ? !NEWS.test(message) : ROUTINE.test(message);
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
