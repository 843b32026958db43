import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../lib/config.ts";
import { images, isSetting, readText, root } from "../support/deployment.ts";

/** Packages that only detectors load, and that the other images leave out. */
const DETECTOR_ONLY = ["onnxruntime-node", "@u4/opencv4nodejs"];

interface Imports {
  readonly files: Set<string>;
  readonly packages: Set<string>;
}

/**
 * What the file loads, directly or not, as paths from the root and as names of packages. Types are not loaded. Threads
 * and processes are started by the path of their file.
 */
function importsOf(file: string, found: Imports = { files: new Set(), packages: new Set() }): Imports {
  if (found.files.has(file)) return found;
  found.files.add(file);
  if (!file.endsWith(".ts")) return found;
  const source = readFileSync(join(root, file), "utf8");
  const statements = source.matchAll(
    /^(?:import (?!type )(?:[^;"'()=]* from )?|export (?!type )[{*][^;"']* from )["']([^"']+)["']/gm,
  );
  for (const [, name = ""] of statements) {
    if (name.startsWith(".")) importsOf(join(dirname(file), name), found);
    else found.packages.add(name.split("/", name.startsWith("@") ? 2 : 1).join("/"));
  }
  for (const [, name = ""] of source.matchAll(/new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g))
    importsOf(join(dirname(file), name), found);
  return found;
}

test("every service runs in exactly one image", () => {
  const served = images.flatMap(({ services }) => services).sort();
  expect(served).toEqual(globSync("services/**/*.service.ts", { cwd: root }).sort());
});

test("the image of the detector is built with the packages that set-up installs", () => {
  const names = (text: string) => (text.match(/\b(?:g\+\+|lib[\w-]+-dev\b)/g) ?? []).sort();
  const list = readText("scripts/setup.mjs").match(/SYSTEM_PACKAGES = \[[^\]]*\]/)?.[0] ?? "";
  expect(names(list).length).toBeGreaterThan(1);
  expect(names(readText("docker/detector/Dockerfile"))).toEqual(names(list));
});

test("what a detector starts by the path of its file is found", () => {
  const started = ["workers/guarded.worker.ts", "workers/trial-process.ts", "workers/vision.worker.ts"];
  expect([...importsOf("services/detector.service.ts").files]).toEqual(expect.arrayContaining(started));
});

describe.each(images)("the image $name", ({ instructions, environment, ports, command, services, name }) => {
  const loaded = ["moleculer.config.ts", ...services].reduce<Imports | undefined>(
    (found, file) => importsOf(file, found),
    undefined,
  ) as Imports;
  const copied = instructions
    .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));

  test("is that of a stranger who may write nothing", () => {
    expect(instructions.filter((line) => line.startsWith("FROM node:24-bookworm-slim"))).toHaveLength(1);
    expect(instructions.filter((line) => line.startsWith("USER ")).at(-1)).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
    expect(instructions.some((line) => line.startsWith("VOLUME"))).toBe(false);
  });

  test("is checked as the user that it names", () => {
    const [, user] = readText("docker/check.sh").match(/OCIv1\.Config\.User\}\}' "\$image"\)" = (\S+) \]$/m) ?? [];
    expect(instructions.filter((line) => line.startsWith("USER ")).at(-1)).toBe(`USER ${user}`);
    expect(readText("docker/check.sh")).toContain(`chroot --userspec=${user} `);
  });

  test("starts its process under the supervisor, without a shell, and asks it how it is", () => {
    expect(command.slice(0, 3)).toEqual(["node", "scripts/supervise.mjs", "node"]);
    for (const part of ["supervise", "supervisor-log"]) expect(copied).toContain(`scripts/${part}.mjs`);
    for (const argument of command.filter((word) => word.startsWith("node_modules/")))
      expect(existsSync(join(root, argument))).toBe(true);
    const check = instructions.find((line) => line.startsWith("HEALTHCHECK")) ?? "";
    expect(check).toContain('CMD ["node", "scripts/health.mjs"]');
    expect(ports).toContain(Number(environment.HEALTH_PORT));
  });

  test("knows all settings it sets", () => {
    const variables = Object.keys(environment).filter((variable) => variable !== "NODE_ENV");
    expect(variables.filter((variable) => !isSetting(variable))).toEqual([]);
  });

  test("is reached from outside of its container, and needs keys", () => {
    expect(loadConfig(environment)).toMatchObject({ host: "0.0.0.0", access: "keys", sessions: "keys" });
  });

  test("has every file that its services load", () => {
    expect(loaded.files.size).toBeGreaterThan(10);
    const missing = [...loaded.files].filter(
      (file) => !copied.some((path) => file === path || file.startsWith(`${path}/`)),
    );
    expect(missing).toEqual([]);
  });

  test("has every package that its services load", () => {
    const { dependencies } = JSON.parse(readText("package.json"));
    const isThere = (name: string) => name.startsWith("node:") || name in dependencies;
    expect([...loaded.packages].filter((name) => !isThere(name))).toEqual([]);
    if (name !== "sightline-detector") for (const heavy of DETECTOR_ONLY) expect(loaded.packages).not.toContain(heavy);
  });

  test("is made of nothing that .dockerignore keeps back", () => {
    const passed = readText(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const ignored = copied.filter((path) => !passed.some((entry) => path === entry || path.startsWith(`${entry}/`)));
    expect(ignored).toEqual([]);
  });
});
