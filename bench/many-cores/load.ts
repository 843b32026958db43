/** Load: `wrk` where it is installed, else threads of Node. Both post on each connection as fast as it answers. */
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

const run = promisify(execFile);
const BOUNDARY = "sightline-bench";
export const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
/** A thread of `wrk` keeps up with at least as many cores of the service, one of Node with a quarter. */
const CORES_PER_THREAD = { wrk: 16, node: 4 };

export type Generator = keyof typeof CORES_PER_THREAD;

export interface Load {
  readonly connections: number;
  /** Per request. */
  readonly images: number;
}

export interface Measured {
  /** Of requests that were answered with 200. */
  readonly imagesPerSecond: number;
  readonly requests: number;
  readonly refused: number;
}

/** What a thread of Node counts. */
export interface Counts {
  readonly requests: number;
  readonly refused: number;
}

export const hasWrk = (): boolean => spawnSync("wrk", ["-v"]).error === undefined;

/** Request bodies that have all images in turn. */
function bodies(paths: readonly string[], images: number): Buffer[] {
  const groups = images === 1 ? paths.map((path) => [path]) : [paths.slice(0, images)];
  return groups.map((group) =>
    Buffer.concat([
      ...group.flatMap((path) => [
        Buffer.from(
          `--${BOUNDARY}\r\nContent-Disposition: form-data; name="images"; filename="${basename(path)}"\r\n` +
            "Content-Type: image/jpeg\r\n\r\n",
        ),
        readFileSync(path),
        Buffer.from("\r\n"),
      ]),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]),
  );
}

/** The script reads the bodies from files beside it. */
function writeScript(folder: string, contents: readonly Buffer[], images: number): string {
  const files = contents.map((body, index) => {
    const path = join(folder, `body-${images}-${index}`);
    writeFileSync(path, body);
    return JSON.stringify(path);
  });
  const script = join(folder, `post-${images}.lua`);
  writeFileSync(
    script,
    `local requests, next = {}, 0
function init(args)
  for _, path in ipairs({${files.join(", ")}}) do
    local file = io.open(path, "rb")
    requests[#requests + 1] = wrk.format("POST", "/process", { ["Content-Type"] = "${CONTENT_TYPE}" }, file:read("*a"))
  end
end
function request()
  next = next % #requests + 1
  return requests[next]
end
function done(summary)
  local errors = summary.errors
  print("RESULT " .. summary.requests .. " " .. summary.duration / 1e6 .. " " ..
    errors.status + errors.read + errors.timeout + errors.connect)
end
`,
  );
  return script;
}

export interface LoadSettings {
  readonly generator: Generator;
  readonly folder: string;
  readonly url: string;
  readonly paths: readonly string[];
  readonly load: Load;
  readonly seconds: number;
}

export async function measureLoad({ generator, folder, url, paths, load, seconds }: LoadSettings): Promise<Measured> {
  const { connections, images } = load;
  const wanted = Math.ceil(availableParallelism() / CORES_PER_THREAD[generator]);
  const threads = Math.min(wanted, connections);
  const contents = bodies(paths, images);
  const [requests, elapsed, refused] =
    generator === "wrk"
      ? await byWrk(url, writeScript(folder, contents, images), threads, connections, seconds)
      : await byNode(url, contents, threads, connections, seconds);
  return { imagesPerSecond: ((requests - refused) * images) / elapsed, requests, refused };
}

type Result = readonly [requests: number, seconds: number, refused: number];

async function byWrk(url: string, script: string, threads: number, connections: number, seconds: number) {
  const args = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, "-s", script, url];
  const { stdout } = await run("wrk", args);
  return (/RESULT (.*)/.exec(stdout)?.[1] ?? "").split(" ").map(Number) as unknown as Result;
}

async function byNode(url: string, contents: Buffer[], threads: number, connections: number, seconds: number) {
  const counts = await Promise.all(
    Array.from({ length: threads }, async (_, index): Promise<Counts> => {
      // The first threads take the connections that cannot be divided evenly.
      const own = Math.floor(connections / threads) + (index < connections % threads ? 1 : 0);
      const workerData = { url, contents, connections: own, seconds };
      const [answer] = await once(new Worker(new URL("./load.worker.ts", import.meta.url), { workerData }), "message");
      return answer as Counts;
    }),
  );
  const sum = (of: keyof Counts) => counts.reduce((total, one) => total + one[of], 0);
  return [sum("requests"), seconds, sum("refused")] as const;
}
