/** Sends requests with little CPU time: the load generator may share its cores with the service. */
import * as http from "node:http";
import * as https from "node:https";
import { BOUNDARY } from "./image-mix.ts";

/** How a request ended. */
export interface Outcome {
  /** The code of the problem or connection error, or TIMEOUT; undefined if the request was answered. */
  readonly error?: string;
  /** Images with a result. */
  readonly done: number;
  /** Codes of the images' own problems. */
  readonly problems: readonly string[];
}

export interface SenderSettings {
  readonly url: string;
  readonly key?: string | undefined;
  readonly timeoutMs: number;
  /** Query of the requests: models and their options. */
  readonly query?: Readonly<Record<string, string | number>>;
}

export class Sender {
  readonly #settings: SenderSettings;
  readonly #target: URL;
  readonly #module: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor(settings: SenderSettings) {
    this.#settings = settings;
    this.#target = new URL(`${settings.url.replace(/\/+$/, "")}/process`);
    for (const [name, value] of Object.entries(settings.query ?? {}))
      this.#target.searchParams.set(name, String(value));
    this.#module = this.#target.protocol === "https:" ? https : http;
    // Node gives the proxies of the environment only to `fetch` and to its own agents.
    const proxies = process.env.NODE_USE_ENV_PROXY === "1" && { proxyEnv: process.env };
    this.#agent = new this.#module.Agent({ keepAlive: true, ...proxies });
  }

  send(body: Buffer): Promise<Outcome> {
    const { key, timeoutMs } = this.#settings;
    const headers = {
      "Content-Type": `multipart/form-data; boundary=${BOUNDARY}`,
      "Content-Length": body.length,
      // A line break at the end of the key, as in a file, is not sent.
      ...(key !== undefined && { "x-api-key": key.trim() }),
    };
    return new Promise((resolve) => {
      const request = this.#module.request(this.#target, { method: "POST", agent: this.#agent, headers });
      const end = (outcome: Outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      const failed = (error: NodeJS.ErrnoException) => end({ error: error.code ?? "ERROR", done: 0, problems: [] });
      const timer = setTimeout(() => {
        end({ error: "TIMEOUT", done: 0, problems: [] });
        request.destroy();
      }, timeoutMs);
      request.on("error", failed);
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", failed);
        response.on("end", () => end(outcomeOf(response.statusCode ?? 0, Buffer.concat(chunks).toString("utf8"))));
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

export function outcomeOf(status: number, text: string): Outcome {
  let body: { code?: string; images?: { problem?: { code: string } }[] } = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy answered instead of the service.
  }
  if (status !== 200 || !body.images) return { error: body.code ?? `HTTP_${status}`, done: 0, problems: [] };
  const problems = body.images.flatMap(({ problem }) => (problem ? [problem.code] : []));
  return { done: body.images.length - problems.length, problems };
}
