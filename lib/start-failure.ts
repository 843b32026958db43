import { inspect } from "node:util";

/** Why the service, or a command on its data, cannot start: a sentence for the user, shown without a stack trace. */
export class StartFailure extends Error {
  override readonly name: string = "StartFailure";

  /** moleculer-runner prints the message, and then inspects the error. */
  [inspect.custom](): string {
    return "";
  }
}
