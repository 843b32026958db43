/** The configurations of NATS that the Compose file and the Kubernetes trial use, read by a real server. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { natsServerProgram } from "../../scripts/nats-server.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const FILE = "docker/nats/nats.conf";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-nats-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function configurationOfTrial(): string {
  const objects = parseAllDocuments(read("k8s/overlays/trial/nats.yaml")).map((document) => document.toJS());
  return objects.find(({ kind }) => kind === "ConfigMap").data["nats.conf"];
}

test.each([
  ["Compose", () => read(FILE)],
  ["Kubernetes", configurationOfTrial],
])("%s: NATS syncs before it acknowledges", (_name, configuration) => {
  const path = join(folder, "nats.conf");
  writeFileSync(path, configuration());
  execFileSync(natsServerProgram(), ["-t", "--config", path], { stdio: "pipe" });
  expect(configuration()).toMatch(/jetstream \{[^}]*sync_interval: always\n[^}]*\}/);
  expect(configuration()).toMatch(/store_dir: \/data\n/);
});

test("Compose gives NATS that file", () => {
  const { command, volumes } = parse(read("docker-compose.yaml"), { merge: true }).services.nats;
  expect(command).toEqual(["--config", "/etc/nats/nats.conf"]);
  expect(volumes).toContain(`./${FILE}:/etc/nats/nats.conf:ro`);
});
