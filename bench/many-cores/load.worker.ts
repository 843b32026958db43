/** A thread of the load generator: keeps its connections busy, and then reports how many requests it made. */
import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { CONTENT_TYPE } from "../wrk-script.ts";
import type { Counts } from "./load.ts";

interface Settings {
  readonly url: string;
  readonly contents: readonly Uint8Array[];
  readonly connections: number;
  readonly seconds: number;
}

const { url, contents, connections, seconds } = workerData as Settings;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const endsAt = performance.now() + seconds * 1000;
let [sent, requests, refused] = [0, 0, 0];

/** @returns the status, 0 if the connection failed. */
function post(body: Uint8Array): Promise<number> {
  return new Promise((resolve) => {
    const headers = { "Content-Type": CONTENT_TYPE, "Content-Length": body.length };
    request(`${url}/process`, { method: "POST", agent, headers }, (response) => {
      response.resume().on("close", () => resolve(response.complete ? (response.statusCode ?? 0) : 0));
    })
      .on("error", () => resolve(0))
      .end(body);
  });
}

async function keepBusy(): Promise<void> {
  while (performance.now() < endsAt) {
    const status = await post(contents[sent++ % contents.length] as Uint8Array);
    // Answers after the end do not count, so that all cores are busy for the whole time that counts.
    if (performance.now() > endsAt) return;
    requests++;
    if (status !== 200) refused++;
  }
}

await Promise.all(Array.from({ length: connections }, keepBusy));
agent.destroy();
parentPort?.postMessage({ requests, refused } satisfies Counts);
