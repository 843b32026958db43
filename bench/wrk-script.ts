/**
 * `wrk` (Debian) with requests that post images in turn. Does not import test files, so that the bundle may contain it.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const BOUNDARY = "sightline-bench";
export const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

export interface ImageFile {
  readonly name: string;
  readonly path: string;
}

/** Request bodies that have all images in turn. */
export function requestBodies(files: readonly ImageFile[], images: number): Buffer[] {
  const groups = images === 1 ? files.map((file) => [file]) : [files.slice(0, images)];
  return groups.map((group) =>
    Buffer.concat([
      ...group.flatMap(({ name, path }) => [
        Buffer.from(
          `--${BOUNDARY}\r\nContent-Disposition: form-data; name="images"; filename="${name}"\r\n` +
            "Content-Type: image/jpeg\r\n\r\n",
        ),
        readFileSync(path),
        Buffer.from("\r\n"),
      ]),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]),
  );
}

/**
 * A wrk script that posts all images in turn to a path, `images` per request.
 * @param headers Further headers of the requests.
 * @returns the path of the script.
 */
export function writeScript(
  folder: string,
  files: readonly ImageFile[],
  images: number,
  target = "/process",
  headers: Readonly<Record<string, string>> = {},
): string {
  const fields = Object.entries({ "Content-Type": CONTENT_TYPE, ...headers });
  const luaHeaders = fields.map(([name, value]) => `[${JSON.stringify(name)}] = ${JSON.stringify(value)}`).join(", ");
  const paths = requestBodies(files, images).map((body, index) => {
    const path = join(folder, `body-${images}-${index}`);
    writeFileSync(path, body);
    return path;
  });
  const script = join(folder, `post-${images}.lua`);
  writeFileSync(
    script,
    `local requests, next = {}, 0
function init(args)
  for _, path in ipairs({${paths.map((path) => JSON.stringify(path)).join(", ")}}) do
    local file = io.open(path, "rb")
    requests[#requests + 1] = wrk.format("POST", "${target}", { ${luaHeaders} }, file:read("*a"))
  end
end
function request()
  next = next % #requests + 1
  return requests[next]
end
function done(summary, latency)
  local errors = summary.errors
  print("RESULT " .. summary.requests .. " " .. summary.duration .. " " .. latency:percentile(50) .. " " ..
    latency:percentile(99) .. " " .. (errors.status + errors.read + errors.timeout) .. " " .. errors.connect)
end
`,
  );
  return script;
}

export interface WrkRun {
  readonly url: string;
  readonly script: string;
  readonly threads?: number;
  readonly connections: number;
  readonly seconds: number;
}

export interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Number of failed requests. */
  readonly errors: number;
  readonly connectErrors: number;
}

export async function runWrk({ url, script, threads = 1, connections, seconds }: WrkRun): Promise<WrkResult> {
  // On a busy machine a request takes longer than wrk's default time-out of two seconds.
  const args = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", "-s", script, url];
  const { stdout } = await run("wrk", args);
  const numbers = (/RESULT (.*)/.exec(stdout)?.[1] ?? "").split(" ").map(Number);
  const [requests = Number.NaN, microseconds = Number.NaN, p50 = Number.NaN, p99 = Number.NaN] = numbers;
  const [errors = Number.NaN, connectErrors = Number.NaN] = numbers.slice(4);
  return { requests, seconds: microseconds / 1e6, p50Ms: p50 / 1000, p99Ms: p99 / 1000, errors, connectErrors };
}
