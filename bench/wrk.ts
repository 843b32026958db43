/** Load by `wrk` (Debian): images posted in turn. It shares the cores with the service. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { goldenPictures } from "../test/support/shared-data.ts";

const run = promisify(execFile);

export interface Picture {
  readonly name: string;
  readonly path: string;
}

/** A wrk script that posts all images in turn to a path, `images` per request. @returns its file. */
export function writeScript(folder: string, pictures: readonly Picture[], images: number, target = "/process"): string {
  const boundary = "sightline-bench";
  const requests = images === 1 ? pictures.map((picture) => [picture]) : [pictures.slice(0, images)];
  const bodies = requests.map((files) =>
    Buffer.concat([
      ...files.flatMap(({ name, path }) => [
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="images"; filename="${name}"\r\n` +
            "Content-Type: image/jpeg\r\n\r\n",
        ),
        readFileSync(path),
        Buffer.from("\r\n"),
      ]),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
  );
  const paths = bodies.map((body, index) => {
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
    local headers = { ["Content-Type"] = "multipart/form-data; boundary=${boundary}" }
    requests[#requests + 1] = wrk.format("POST", "${target}", headers, file:read("*a"))
  end
end
function request()
  next = next % #requests + 1
  return requests[next]
end
function done(summary, latency)
  print("RESULT " .. summary.requests .. " " .. summary.duration .. " " .. latency:percentile(50) .. " " ..
    latency:percentile(99) .. " " .. (summary.errors.status + summary.errors.read + summary.errors.timeout))
end
`,
  );
  return script;
}

/** @throws when a request failed. */
export async function measureRequests(url: string, script: string, connections: number, seconds: number) {
  const { stdout } = await run("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url]);
  const [requests, microseconds, p50, p99, errors] = (/RESULT (.*)/.exec(stdout)?.[1] ?? "").split(" ").map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (errors > 0) throw new Error(`${errors} requests failed`);
  return { requestsPerSecond: requests / (microseconds / 1e6), p50Ms: p50 / 1000, p99Ms: p99 / 1000 };
}

export interface WrkSettings {
  /** For the script and the bodies. */
  readonly folder: string;
  readonly url: string;
  /** Per request. */
  readonly images: number;
  readonly connections: number;
  readonly seconds: number;
}

/** `POST /process` with the golden images. */
export async function measureService({ folder, url, images, connections, seconds }: WrkSettings) {
  const script = writeScript(folder, goldenPictures(), images);
  const { requestsPerSecond, ...latency } = await measureRequests(url, script, connections, seconds);
  return { imagesPerSecond: requestsPerSecond * images, ...latency };
}
