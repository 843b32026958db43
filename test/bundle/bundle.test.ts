import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeBareSystem, runInside, STRANGER } from "../support/bare-system.ts";
import { astronautFaces } from "../support/images.ts";
import { modelsDir } from "../support/model-files.ts";
import { freePort } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

const MAX_BYTES = 120e6;
const MAKING_MS = 240_000;
const root = join(import.meta.dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "sightline-bundle-test-"));
const system = join(work, "system");
/** Not a name that a careless launcher could use without quotes. */
const parent = "/opt/my [programs]";
let archive = "";
/** In the bare system. */
let bundle = "";

beforeAll(() => {
  // The least compression takes a third of the time, and what holds for its size holds for the usual one.
  execFileSync(process.execPath, ["scripts/bundle/bundle.ts", "--output", work, "--level", "1"], { cwd: root });
  archive = globSync(join(work, "*.tar.gz"))[0] as string;
  mkdirSync(join(system, parent), { recursive: true });
  execFileSync("tar", ["-xzf", archive, "-C", join(system, parent)]);
  bundle = join(parent, basename(archive, ".tar.gz"));
  makeBareSystem(system);
}, MAKING_MS);

afterAll(() => rmSync(work, { recursive: true, force: true }));

const filesOf = (folder: string) => execFileSync("find", [".", "-type", "f"], { cwd: folder, encoding: "utf8" });

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function ended(child: ChildProcess): Promise<Ended> {
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return once(child, "close").then(() => ({ code: child.exitCode, output }));
}

const launcher = () => `"${bundle}/bin/sightline"`;

async function post(url: string, paths: readonly string[]) {
  const form = new FormData();
  for (const path of paths) form.append("images", new Blob([readFileSync(path)]), basename(path));
  const response = await fetch(url, { method: "POST", body: form });
  return (await response.json()) as { images: { fileName: string; problem?: unknown; [result: string]: unknown }[] };
}

/** Starts the service in the bare system, asks it, and stops it. */
async function withService(environment: NodeJS.ProcessEnv, ask: (url: string) => Promise<void>): Promise<void> {
  const port = await freePort();
  const service = runInside(system, `${launcher()} serve`, { HOST: "127.0.0.1", PORT: String(port), ...environment });
  const end = ended(service);
  const url = `http://127.0.0.1:${port}`;
  try {
    const isReady = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok || service.exitCode !== null,
        () => service.exitCode !== null,
      );
    await expect.poll(isReady, { timeout: 60_000 }).toBe(true);
    if (service.exitCode !== null) throw new Error((await end).output);
    await ask(url);
  } finally {
    service.kill("SIGTERM");
    const { code, output } = await end;
    expect(code, output).toBe(0);
  }
}

test("is small, and has neither tests, models nor the packages of development", () => {
  expect(statSync(archive).size).toBeLessThan(MAX_BYTES);
  const files = filesOf(join(system, bundle));
  expect(files).toContain("./app/lib/config.ts");
  expect(files).toContain("haarcascade_frontalface_default.xml");
  expect(files).not.toMatch(/\.test\.ts$|\.onnx$|\.d\.ts$|node_modules\/(typescript|vitest|@biomejs|@types)\//m);
});

test("has the licence of every library and package in it", () => {
  const folder = join(system, bundle);
  const lines = (file: string) =>
    readFileSync(join(folder, "licenses", file), "utf8")
      .trim()
      .split("\n");
  const debian = lines("debian/list.txt").map((line) => line.split(/[: ]/, 1).join());
  expect(debian).toContain("libopencv-core406");
  expect(debian.filter((name) => !existsSync(join(folder, "licenses/debian", name, "copyright")))).toEqual([]);
  const npm = lines("npm/list.txt");
  expect(npm.length).toBeGreaterThan(100);
  // Packages without a file of their own name their licence.
  expect(npm.filter((line) => !/^\S+ \S+: .+/.test(line))).toEqual([]);
  expect(existsSync(join(folder, "licenses/node/LICENSE"))).toBe(true);
});

test("runs on a bare system, for a stranger who may not write where it lies", { timeout: 120_000 }, async () => {
  const before = filesOf(join(system, bundle));
  await withService({ PROCESSES: "2" }, async (url) => {
    const golden = goldenImages();
    const { images } = await post(
      `${url}/process`,
      golden.map(({ path }) => path),
    );
    expect(images.map(({ fileName, faces }) => ({ fileName, faces }))).toEqual(
      golden.map(({ name, faces }) => ({ fileName: name, faces })),
    );

    // Each format is read by another library.
    const others = globSync(join(root, "test-data/formats/{image.*,lossy.webp,progressive.jpg}"));
    others.push(join(root, "test-data/samples/astronaut.png"), join(root, "test-data/cases/tiff-big.tif"));
    const receipts = (await post(`${url}/process`, others)).images;
    expect(receipts.map(({ fileName, problem }) => ({ fileName, problem }))).toEqual(
      others.map((path) => ({ fileName: basename(path), problem: undefined })),
    );

    for (const path of ["docs", "docs/redoc.js", "dashboard", "openapi.json"])
      expect((await fetch(`${url}/${path}`)).status, path).toBe(200);

    cpSync(join(root, "test-data/samples/astronaut.png"), join(system, "home/a.png"));
    const asked = await ended(runInside(system, `${launcher()} process --json a.png`, { SIGHTLINE_URL: url }));
    expect(asked.code, asked.output).toBe(0);
    expect(JSON.parse(asked.output).images).toMatchObject([{ fileName: "a.png", faces: astronautFaces }]);
  });
  // The data are in the folder that it was started in.
  expect(statSync(join(system, "home/data/sightline.db")).uid).toBe(STRANGER);
  expect(readdirSync(join(system, "home/data"))).toContain("compile-cache");
  expect(filesOf(join(system, bundle))).toBe(before);
});

test.runIf(modelsDir)("runs neural networks", { timeout: 120_000 }, async () => {
  cpSync(modelsDir as string, join(system, "models"), { recursive: true });
  await withService({ MODELS_DIR: "../models", DATA_DIR: "other", THREADS: "1" }, async (url) => {
    const { images } = await post(`${url}/process?models=faces-yunet,objects`, [goldenImages()[0]?.path as string]);
    expect(images[0]).toMatchObject({ results: { "faces-yunet": { faces: [{}] } } });
  });
  expect(existsSync(join(system, "home/other"))).toBe(true);
});

test("measures the machine that it lies on, with nothing but the golden images", { timeout: 120_000 }, async () => {
  for (const { name, path } of goldenImages()) cpSync(path, join(system, "home/golden", name), { recursive: true });
  const options = "--images golden --processes 1 --loads 1x1 --rounds 1 --seconds 1";
  const { code, output } = await ended(runInside(system, `"${bundle}/bin/many-cores" ${options}`));
  expect(code, output).toBe(0);
  expect(output).toContain("load by node");
  expect(output).toMatch(/0 of [1-9]\d*/);
});

test("is found through a link, and from any folder", () => {
  const link = join(work, "sightline");
  symlinkSync(join(system, bundle, "bin/sightline"), link);
  const run = (command: string, cwd: string) => execFileSync(command, ["--version"], { cwd, encoding: "utf8" }).trim();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(run(link, "/")).toBe(version);
  expect(run("./sightline", work)).toBe(version);
  expect(run("./sightline", join(system, bundle, "bin"))).toBe(version);
});
