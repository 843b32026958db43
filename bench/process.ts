/**
 * `POST /process` against the limit: plain OpenCV in a process per core, on the same cores, in the same run.
 *
 *   node scripts/run.mjs node bench/process.ts [rounds] [seconds] [connections,…]
 *
 * Needs `wrk` (Debian) as the load generator, which shares the cores with the service. Rounds are interleaved;
 * medians are reported. The pictures are the five of `lfw-golden`.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startService } from "../test/support/service.ts";
import { goldenPictures } from "../test/support/shared-data.ts";
import { buildPlainOpenCv, median } from "./plain-opencv.ts";

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 2);
const cores = availableParallelism();
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const run = promisify(execFile);

const pictures = goldenPictures();
const plainOpenCv = buildPlainOpenCv(
  folder,
  pictures.map(({ path }) => path),
);

/** A wrk script that posts all pictures in turn, `images` per request. */
function writeScript(images: number): string {
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
    requests[#requests + 1] = wrk.format("POST", "/process", headers, file:read("*a"))
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

async function measureService(url: string, images: number, connections: number) {
  const script = writeScript(images);
  const { stdout } = await run("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url]);
  const [requests, microseconds, p50, p99, errors] = (/RESULT (.*)/.exec(stdout)?.[1] ?? "").split(" ").map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (errors > 0) throw new Error(`${errors} requests failed`);
  return { imagesPerSecond: (requests * images) / (microseconds / 1e6), p50Ms: p50 / 1000, p99Ms: p99 / 1000 };
}

const loads = (process.argv[4]?.split(",").map(Number) ?? [1, 8, 32]).flatMap((connections) =>
  [1, 5].map((images) => ({ connections, images })),
);
const limits: number[] = [];
const bare = new Map([1, cores].map((threads) => [threads, [] as number[]]));
const results = loads.map(() => ({
  rate: [] as number[],
  ratio: [] as number[],
  p50: [] as number[],
  p99: [] as number[],
}));

const service = await startService({ LOG_LEVEL: "warn" });
try {
  for (const { images } of loads) await measureService(service.url, images, 8);
  for (let round = 0; round < rounds; round++) {
    for (const threads of bare.keys())
      bare.get(threads)?.push((await plainOpenCv.measure(1, threads, seconds)).medianMs);
    for (const [index, { images, connections }] of loads.entries()) {
      // The limit is measured anew beside each load: the machine's own speed drifts.
      const { imagesPerSecond: limit } = await plainOpenCv.measure(cores, 1, seconds);
      const { imagesPerSecond, p50Ms, p99Ms } = await measureService(service.url, images, connections);
      limits.push(limit);
      const result = results[index];
      result?.rate.push(imagesPerSecond);
      result?.ratio.push(imagesPerSecond / limit);
      result?.p50.push(p50Ms);
      result?.p99.push(p99Ms);
    }
  }
} finally {
  await service.stop();
}

console.log(`limit: ${median(limits).toFixed(0)} images/s (plain OpenCV, ${cores} processes)`);
for (const [threads, times] of bare)
  console.log(`bare detection, one picture, ${threads} OpenCV thread(s): ${median(times).toFixed(2)} ms`);
console.table(
  loads.map(({ connections, images }, index) => ({
    connections,
    "images/request": images,
    "images/s": Math.round(median(results[index]?.rate ?? [])),
    "of the limit": median(results[index]?.ratio ?? []).toFixed(3),
    "p50 ms": median(results[index]?.p50 ?? []).toFixed(2),
    "p99 ms": median(results[index]?.p99 ?? []).toFixed(2),
  })),
);
