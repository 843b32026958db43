// Messages of the supervisor, and output of the service on its standard error: why a start failed before there was a
// log, or the last output of native code. Where the service's log is JSON, these are entries in JSON too. Plain
// JavaScript, as the supervisor is.
import { hostname } from "node:os";
import { stripVTControlCharacters } from "node:util";

/** pino's number for the level. */
const ERROR = 50;
/** Longest part of a line that is one entry, in characters. A line without an end must not fill the memory. */
const LONGEST_PART = 2 ** 16;

/**
 * Whether lines are written as JSON. The service chooses the form of its log in the same way (moleculer.config.ts), but
 * a terminal also gets text where only the log is redirected.
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
    // A full disk or a reader that has gone must end neither the supervisor nor, with it, the service.
    process.stderr.on("error", () => {});
  }

  get isJson() {
    return this.#isJson;
  }

  error(message) {
    this.#write("supervisor", message, process.pid);
  }

  /**
   * Logs what a process writes to its standard error. Lines that arrive together are one entry, such as a message with
   * its stack. A very long line is several entries.
   * @param pid Id of the process.
   * @returns a promise that resolves when the stream has ended and its last line is written
   */
  follow(stream, pid) {
    let rest = "";
    const log = (text) => {
      const message = stripVTControlCharacters(text).trim();
      if (message) this.#write("stderr", message, pid);
    };
    stream.setEncoding("utf8").on("data", (text) => {
      const [whole, next] = splitAfterLastLine(rest + text);
      log(whole);
      rest = next;
      if (rest.length < LONGEST_PART) return;
      log(rest);
      rest = "";
    });
    return new Promise((resolve) => {
      stream.on("close", () => {
        log(rest);
        resolve();
      });
    });
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
