import { inspect } from "node:util";

/** Why the service cannot start, in a sentence for who started it. A stack would only hide it. */
export class StartFailure extends Error {
  override readonly name: string = "StartFailure";

  /** moleculer-runner prints the message, and then inspects the error. */
  [inspect.custom](): string {
    return "";
  }
}
