/** HTTP as raw bytes, for requests that no client library would send. */
import { connect } from "node:net";

const ANSWERED_WITHIN_MS = 60_000;

export interface RawAnswer {
  readonly status: number;
  /** Headers by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends a request and reads until the service closes the connection, which the request should ask for.
 * @param lines Request line and headers, without the final blank line.
 */
export async function sendLines(url: string, lines: readonly string[], body = ""): Promise<RawAnswer> {
  return parseAnswer(await sendBytes(url, `${lines.join("\r\n")}\r\n\r\n${body}`));
}

/**
 * @param bytes Bytes, or a text with one byte for each character.
 * @param then Whether to end the client's side of the connection too, once everything is sent.
 * @returns everything received until the service closes the connection.
 * @throws an error with what was received until then.
 */
export function sendBytes(url: string, bytes: string | Buffer, then: "write" | "end" = "write"): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket[then](bytes, "latin1"));
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.setTimeout(ANSWERED_WITHIN_MS, () => socket.destroy(new Error("no answer in time")));
    socket.on("error", (cause) => reject(new Error(`${cause.message} ${text}`, { cause })));
    socket.on("end", () => {
      socket.end();
      resolve(text);
    });
  });
}

export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...fields] = text.slice(0, end).split("\r\n");
  const headers = fields.map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return { status: Number(statusLine.split(" ")[1]), headers: Object.fromEntries(headers), body: text.slice(end + 4) };
}
