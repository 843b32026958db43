import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAtLeast } from "../../lib/backends/jetstream/server-version.ts";
import { BATCHES_SINCE } from "../../lib/backends/jetstream/streams.ts";
import packageJson from "../../package.json" with { type: "json" };
import { registry } from "../../scripts/release.ts";
import { loadCompose } from "../support/deploy-tools.ts";
import { images, isSetting, readText } from "../support/deployment.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly dockerfile: string };
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly pids_limit: number;
  readonly container_name?: string;
  readonly ports?: readonly { target: number; host_ip?: string }[];
  readonly networks: Record<string, unknown>;
  readonly healthcheck?: { readonly start_period: string };
  readonly environment?: Record<string, string | null>;
  readonly stop_grace_period?: string;
  readonly deploy: { readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } } };
  readonly depends_on?: Record<string, { condition: string }>;
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { internal?: boolean } | null>>;
}

const FILE = "docker-compose.yaml";
const folder = mkdtempSync(join(tmpdir(), "sightline-compose-"));
afterAll(() => rmSync(folder, { recursive: true }));

let compose: Compose;
beforeAll(() => {
  compose = loadCompose(FILE) as Compose;
}, INSTALL_TIMEOUT_MS);

const ours = () => Object.values(compose.services).filter(({ build }) => build !== undefined);

test("a field that Compose does not know would be refused", () => {
  const file = join(folder, FILE);
  writeFileSync(file, readText(FILE).replace("depends_on:", "depend_on:"));
  expect(() => loadCompose(file)).toThrow(/depend_on/);
});

test("NATS is of a version that stores events in batches", () => {
  expect(isAtLeast(`${compose.services.nats?.image.match(/^nats:([\d.]+)-alpine$/)?.[1]}.0`, BATCHES_SINCE)).toBe(true);
});

test("every service is locked in and bounded", () => {
  expect(Object.keys(compose.services).sort()).toEqual(["api", "detector", "jobs", "kafka", "mongo", "nats"]);
  for (const service of Object.values(compose.services)) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    expect(service.pids_limit).toBeGreaterThan(0);
    const { cpus, memory } = service.deploy.resources.limits;
    expect([Number(cpus) > 0, memory !== undefined]).toEqual([true, true]);
    // Ours have one in the image.
    if (!service.build) expect(service.healthcheck).toBeDefined();
  }
});

test("our services are built from their own Dockerfiles", () => {
  const published = images.map(({ name }) => `${registry}/${name}:${packageJson.version}`);
  expect(
    ours()
      .map(({ image }) => image)
      .sort(),
  ).toEqual(published.sort());
  for (const { image, build } of ours()) expect(image).toContain(`/sightline-${build?.dockerfile.split("/")[1]}:`);
});

test("nothing starts before what it needs is healthy", () => {
  const needs = Object.entries(compose.services).map(([name, { depends_on = {} }]) => {
    for (const { condition } of Object.values(depends_on)) expect(condition).toBe("service_healthy");
    return [name, Object.keys(depends_on).sort()];
  });
  expect(Object.fromEntries(needs)).toEqual({
    api: ["detector", "jobs", "nats"],
    detector: ["nats"],
    jobs: ["mongo", "nats"],
    kafka: [],
    mongo: [],
    nats: [],
  });
});

/** Half of it is for images: docs/operations.md#memory-and-cpu-limits. */
test("the threads of a detector fit in its memory, which can follow its cores", () => {
  const { environment = {}, deploy } = compose.services.detector as ComposeService;
  expect([environment.THREADS, deploy.resources.limits.memory]).toEqual(["2", "1536M"]);
  expect(readText(FILE)).toMatch(/THREADS: \$\{DETECTOR_CPUS:-2\}.*memory: "\$\{DETECTOR_MEMORY:-1536M\}"/s);
  const most = Number(/More than (\d+) cores/.exec(readText(".env.example"))?.[1]);
  expect(100 + 30 * most + 1536 / 2).toBeLessThan(1536);
});

test("any number of detectors can run", () => {
  const { detector } = compose.services;
  expect([detector?.container_name, detector?.ports]).toEqual([undefined, undefined]);
});

test("only the gateway is reached from outside, and by default only from this machine", () => {
  expect(compose.networks.backend?.internal).toBe(true);
  for (const [name, { ports = [] }] of Object.entries(compose.services)) {
    if (name === "api") expect(ports).toMatchObject([{ target: 8080, host_ip: "127.0.0.1" }]);
    else expect(ports).toEqual([]);
  }
  expect(compose.networks.storage?.internal).toBe(true);
});

test("servers that ask for no password are reached by those that need them", () => {
  const networks = Object.entries(compose.services).map(([name, service]) => [
    name,
    Object.keys(service.networks).sort(),
  ]);
  expect(Object.fromEntries(networks)).toEqual({
    api: ["backend", "edge"],
    detector: ["backend"],
    jobs: ["backend", "edge", "storage"],
    kafka: ["storage"],
    mongo: ["storage"],
    nats: ["backend"],
  });
});

test("what may take long to start counts as starting for a quarter of an hour", () => {
  const { nats, mongo, kafka } = compose.services;
  for (const server of [nats, mongo, kafka]) expect(server?.healthcheck?.start_period).toBe("15m");
  const startPeriods = ["jobs", "detector"].flatMap((folder) =>
    [...readText(`docker/${folder}/Dockerfile`).matchAll(/^HEALTHCHECK .*--start-period=(\S+)/gm)].map(
      ([, time]) => time,
    ),
  );
  // Of the detector, and of the image with all services.
  expect(startPeriods).toEqual(["15m", "60s", "15m"]);
});

test("settings exist, and those of .env.example reach the services", () => {
  for (const { environment = {} } of ours())
    expect(Object.keys(environment).filter((variable) => !isSetting(variable))).toEqual([]);
  const offered = [...readText(".env.example").matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, variable]) => variable);
  const text = readText(FILE);
  const used = new Set([
    ...[...text.matchAll(/\$\{(\w+)/g)].map(([, variable]) => variable),
    ...ours().flatMap(({ environment = {} }) => Object.keys(environment).filter((name) => environment[name] === null)),
  ]);
  expect(offered.sort()).toEqual([...used].sort());
});

test("a node gets the time it needs to finish", () => {
  for (const { stop_grace_period } of ours()) expect(stop_grace_period).toBe("45s");
});
