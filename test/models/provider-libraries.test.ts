/** The libraries of providers: taken out of a wheel whole or not at all, and what they need. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ONNXRUNTIME_VERSION, wheel } from "../../lib/vision/providers/cuda.ts";
import { installLibraries, onnxruntimeHere } from "../../lib/vision/providers/install.ts";
import { hasNvidiaGpu, missingLibraries } from "../../lib/vision/providers/system.ts";
import packageJson from "../../package.json" with { type: "json" };
import { zipOf } from "../support/zip.ts";

const contents = { "a.so": Buffer.from("the first library"), "b.so": Buffer.alloc(70_000, 7) };
const files = Object.entries(contents).map(([name, bytes]) => ({
  name,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  bytes: bytes.length,
}));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-libraries-"));
  path = join(folder, "wheel.whl");
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeWheel(libraries: Readonly<Record<string, Buffer>>): void {
  const others = [{ name: "onnxruntime/__init__.py", bytes: Buffer.from("import os") }];
  const entries = Object.entries(libraries).map(([name, bytes]) => ({ name: `onnxruntime/capi/${name}`, bytes }));
  writeFileSync(path, zipOf([...others, ...entries]));
}

describe("a wheel", () => {
  it("gives its libraries, and nothing else", async () => {
    writeWheel(contents);
    await installLibraries(files, path, folder);
    expect(readdirSync(folder).sort()).toEqual(["a.so", "b.so", "wheel.whl"]);
    for (const [name, bytes] of Object.entries(contents)) expect(readFileSync(join(folder, name))).toEqual(bytes);
  });

  it("with another library than the expected one gives none in its place, and leaves what was there", async () => {
    writeFileSync(join(folder, "b.so"), "from before");
    writeWheel({ ...contents, "b.so": Buffer.alloc(70_000, 8) });
    await expect(installLibraries(files, path, folder)).rejects.toThrow("is damaged");
    expect(readdirSync(folder).sort()).toEqual(["a.so", "b.so", "wheel.whl"]);
    expect(readFileSync(join(folder, "b.so"), "utf8")).toBe("from before");
  });

  it("without a library is refused, and so is a file that is no wheel", async () => {
    writeWheel({ "a.so": contents["a.so"] });
    await expect(installLibraries(files, path, folder)).rejects.toThrow("has no onnxruntime/capi/b.so.");
    writeFileSync(path, "no wheel");
    await expect(installLibraries(files, path, folder)).rejects.toThrow();
  });
});

it("the wheel is that of the version of onnxruntime-node that is installed", () => {
  expect(packageJson.dependencies["onnxruntime-node"]).toBe(ONNXRUNTIME_VERSION);
  expect(wheel.name).toContain(`-${ONNXRUNTIME_VERSION}-`);
  expect(wheel.url.endsWith(`/${wheel.name}`)).toBe(true);
  const { folder: libraries, version } = onnxruntimeHere();
  expect(version).toBe(ONNXRUNTIME_VERSION);
  expect(readdirSync(libraries)).toContain("onnxruntime_binding.node");
});

it("libraries are missing that the loader does not find", () => {
  const none = { name: "libsightline-none.so.1", from: "nowhere" };
  expect(missingLibraries([{ name: "libm.so.6", from: "the C library" }, none])).toEqual([none]);
});

it.each([
  [["null", "nvidia0", "nvidiactl"], true],
  [["dxg"], true],
  [["null", "nvidiactl", "nvidia-uvm"], false],
])("a machine with the devices %j has a graphics card: %s", (devices, expected) => {
  expect(hasNvidiaGpu(devices)).toBe(expected);
});
