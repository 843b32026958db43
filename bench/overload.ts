/**
 * Measures a service under four times its capacity: how much it still does, how it refuses the rest, and what a polite
 * client notices.
 *
 *   node scripts/run.mjs node bench/overload.ts [--seconds 20] [--max-wait 1000] [--query <of /process>] [--storm]
 *
 * Requests of five golden images. First the peak: 16 connections in a closed loop. Then a polite client alone, which
 * sends a third of the images that are its share with all the others. Then the polite client beside an open load of
 * four times the peak: half of it from clients that wait until `Retry-After` has passed, half from clients that ignore
 * it. With `--storm` the latter also send each refused request again at once, which is far more than four times the
 * peak.
 *
 * Every client has an address of its own (`X-Forwarded-For`). The load generator, two threads, shares the cores with
 * the service, and has more to do under overload than at the peak. So the goodput is given by time and by the service's
 * own processor time; heavier images (a query such as `minSize=24&scaleFactor=1.05`) leave more of the cores to it.
 */
import { readFileSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { processTree, readCpuTimes } from "./many-cores/cpu-time.ts";

const BOUNDARY = "sightline-bench";
const FACTOR = 4;
const CLIENTS_PER_GROUP = 4;
/** Maximum open requests of a hasty client. */
const MOST_OPEN = 16;
const TICK_MS = 10;

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number;
  readonly latencyMs: number;
}

const golden = goldenImages().map(({ path }) => readFileSync(path));
const formOf = (images: readonly Buffer[]) =>
  Buffer.concat([
    ...images.flatMap((image) => [
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n`),
      image,
      Buffer.from("\r\n"),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
const five = formOf(golden);
const one = formOf(golden.slice(0, 1));
const agent = new Agent({ keepAlive: true });

function send(url: string, client: string, body: Buffer): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      "Content-Type": `multipart/form-data; boundary=${BOUNDARY}`,
      "Content-Length": body.length,
      "X-Forwarded-For": client,
    };
    const request = httpRequest(url, { method: "POST", agent, headers }, (response) => {
      const { statusCode: status = 0, headers: received } = response;
      const retryAfterMs = Number(received["retry-after"] ?? 0) * 1000;
      response.resume().on("end", () => resolve({ status, retryAfterMs, latencyMs: performance.now() - startedAt }));
    });
    request.on("error", reject).end(body);
  });
}

interface Client {
  readonly address: string;
  /** Requests without an answer. */
  open: number;
  /** When the client may send again. */
  until: number;
}

/** Requests at a constant rate from clients of one kind. */
class Group {
  readonly done: number[] = [];
  readonly refused: number[] = [];
  readonly others = new Map<string, number>();
  heldBack = 0;
  readonly #url: string;
  readonly #isHasty: boolean;
  readonly #sendsAgain: boolean;
  readonly #clients: Client[];
  #isOver = false;

  constructor(url: string, isHasty: boolean, sendsAgain = false) {
    this.#url = url;
    this.#isHasty = isHasty;
    this.#sendsAgain = sendsAgain;
    const network = isHasty ? "10.1.0" : "10.2.0";
    this.#clients = Array.from({ length: CLIENTS_PER_GROUP }, (_, n) => ({
      address: `${network}.${n}`,
      open: 0,
      until: 0,
    }));
  }

  async run(perSecond: number, seconds: number): Promise<void> {
    const startedAt = performance.now();
    const pending: Promise<void>[] = [];
    let sent = 0;
    for (let elapsedMs = 0; elapsedMs < seconds * 1000; elapsedMs = performance.now() - startedAt) {
      for (; sent < (elapsedMs / 1000) * perSecond; sent++) {
        const client = this.#clients[sent % CLIENTS_PER_GROUP] as Client;
        if (client.until > performance.now() || (this.#isHasty && client.open >= MOST_OPEN)) this.heldBack++;
        else pending.push(this.#request(client));
      }
      await sleep(TICK_MS);
    }
    this.#isOver = true;
    await Promise.all(pending);
  }

  async #request(client: Client): Promise<void> {
    client.open++;
    do {
      const answer = await send(this.#url, client.address, five).catch((error: Error & { code?: string }) => error);
      if (answer instanceof Error || (answer.status !== 200 && answer.status !== 503)) {
        const name = answer instanceof Error ? (answer.code ?? answer.message) : String(answer.status);
        this.others.set(name, (this.others.get(name) ?? 0) + 1);
        break;
      }
      (answer.status === 200 ? this.done : this.refused).push(answer.latencyMs);
      if (answer.status === 200) break;
      client.until = this.#isHasty ? 0 : performance.now() + answer.retryAfterMs;
    } while (this.#sendsAgain && !this.#isOver);
    client.open--;
  }
}

/** @returns the answers to a client that pauses after each image. */
async function politeClient(url: string, seconds: number, pauseMs: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const endsAt = performance.now() + seconds * 1000; performance.now() < endsAt; await sleep(pauseMs))
    answers.push(await send(url, "10.3.0.1", one));
  return answers;
}

/** Images done in a closed loop. */
async function closedLoop(url: string, seconds: number): Promise<number> {
  const endsAt = performance.now() + seconds * 1000;
  let images = 0;
  const connection = async () => {
    while (performance.now() < endsAt) if ((await send(url, "10.4.0.1", five)).status === 200) images += 5;
  };
  await Promise.all(Array.from({ length: 16 }, connection));
  return images;
}

interface Rates {
  readonly perSecond: number;
  /** Images per second of the service's processor time. */
  readonly perCpuSecond: number;
}

async function measure(pid: number, work: () => Promise<number>): Promise<Rates> {
  const cpuSeconds = () =>
    readCpuTimes(processTree(pid))
      .values()
      .reduce((sum, time) => sum + time, 0);
  const [startedAt, usedBefore] = [performance.now(), cpuSeconds()];
  const images = await work();
  const perSecond = (images * 1000) / (performance.now() - startedAt);
  return { perSecond, perCpuSecond: images / (cpuSeconds() - usedBefore) };
}

function quantile(values: readonly number[], q: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN).toFixed(1);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "20" },
      "max-wait": { type: "string", default: "1000" },
      query: { type: "string", default: "" },
      storm: { type: "boolean", default: false },
    },
  });
  const seconds = Number(values.seconds);
  const maxWaitMs = Number(values["max-wait"]);
  const environment = { LOG_LEVEL: "warn", PROXY_HOPS: "1", AUTH: "off", MAX_WAIT_MS: String(maxWaitMs) };
  const service = await startService({ ...environment, IMAGE_TIMEOUT_MS: String(2 * maxWaitMs) });
  const pid = service.process.pid as number;
  const url = `${service.url}/process?${values.query}`;
  const polite = async (pauseMs: number) => {
    const worker = new Worker(import.meta.filename, { workerData: { url, seconds, pauseMs } });
    return new Promise<Answer[]>((resolve, reject) => worker.once("message", resolve).once("error", reject));
  };
  try {
    await closedLoop(url, 2);
    const peak = await measure(pid, () => closedLoop(url, Math.min(seconds, 10)));
    const pauseMs = (3 * 1000 * (2 * CLIENTS_PER_GROUP + 1)) / peak.perSecond;
    const quiet = await polite(pauseMs);
    const groups = [new Group(url, false), new Group(url, true, values.storm)] as const;
    const perSecond = (FACTOR * peak.perSecond) / 5 / groups.length;
    let beside: Answer[] = [];
    const goodput = await measure(pid, async () => {
      [beside] = await Promise.all([polite(pauseMs), ...groups.map((group) => group.run(perSecond, seconds))]);
      return 5 * groups.reduce((sum, { done }) => sum + done.length, 0) + beside.length;
    });
    // Measured again, because other programs on the machine change its capacity.
    const peakAfter = await measure(pid, () => closedLoop(url, Math.min(seconds, 10)));
    const ratio = (of: keyof Rates) => {
      const ofPeak = (2 * goodput[of]) / (peak[of] + peakAfter[of]);
      const [done, before, after] = [goodput[of], peak[of], peakAfter[of]].map((rate) => rate.toFixed(0));
      return `${done} images/s, ${ofPeak.toFixed(3)} of the peak, ${before} before and ${after} after`;
    };
    console.log(`goodput: ${ratio("perSecond")}`);
    console.log(`by processor time of the service: ${ratio("perCpuSecond")}`);
    console.table(
      groups.map((group, index) => ({
        clients: index === 0 ? "well-behaved" : "hasty",
        done: group.done.length,
        "p50 ms": quantile(group.done, 0.5),
        "p99 ms": quantile(group.done, 0.99),
        refused: group.refused.length,
        "refusal p50 ms": quantile(group.refused, 0.5),
        "refusal p99 ms": quantile(group.refused, 0.99),
        "held back": group.heldBack,
        others: JSON.stringify(Object.fromEntries(group.others)),
      })),
    );
    console.table(
      Object.entries({ quiet, beside }).map(([name, answers]) => ({
        "polite client": name,
        requests: answers.length,
        refused: answers.filter(({ status }) => status !== 200).length,
        "p50 ms": quantile(
          answers.map(({ latencyMs }) => latencyMs),
          0.5,
        ),
        "p99 ms": quantile(
          answers.map(({ latencyMs }) => latencyMs),
          0.99,
        ),
      })),
    );
  } finally {
    await service.stop();
  }
}

if (isMainThread) await main();
else parentPort?.postMessage(await politeClient(workerData.url, workerData.seconds, workerData.pauseMs));
process.exit();
