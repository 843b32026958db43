// What the supervisor says, and what the service writes to its standard error although its log is JSON: a start that
// failed before there is a log, or the last words of native code. Where the log is JSON, these are entries of it too.
// Plain JavaScript, as the supervisor is.
import { hostname } from "node:os";
import { stripVTControlCharacters } from "node:util";

/** pino's number. */
const ERROR = 50;

/**
 * As the service chooses the form of its log (moleculer.config.ts); a terminal also gets text where only the
 * log is redirected.
 */
export function isJsonLog({ LOG_FORMAT = "" }) {
  const isRead = process.stdout.isTTY || process.stderr.isTTY;
  return LOG_FORMAT === "json" || (LOG_FORMAT !== "text" && !isRead);
}

export class SupervisorLog {
  #isJson;

  /** @param isJson Whether lines are entries of a log in JSON, and not text. */
  constructor(isJson) {
    this.#isJson = isJson;
  }

  get isJson() {
    return this.#isJson;
  }

  error(message) {
    this.#write("supervisor", message, process.pid);
  }

  /**
   * Takes what a process writes to its standard error. What comes at once is one entry, such as a
   * message with its stack.
   * @param pid Of the process.
   */
  follow(stream, pid) {
    let rest = "";
    const log = (text) => {
      const message = stripVTControlCharacters(text).trim();
      if (message) this.#write("stderr", message, pid);
    };
    stream.setEncoding("utf8").on("data", (text) => {
      const [whole, next] = splitAfterLastLine(rest + text);
      rest = next;
      log(whole);
    });
    stream.on("close", () => log(rest));
  }

  #write(mod, message, pid) {
    const entry = { level: ERROR, time: Date.now(), pid, hostname: hostname(), mod, msg: message };
    console.error(this.#isJson ? JSON.stringify(entry) : message);
  }
}

function splitAfterLastLine(text) {
  const end = text.lastIndexOf("\n") + 1;
  return [text.slice(0, end), text.slice(end)];
}
