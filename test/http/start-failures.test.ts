/** What a start that fails says: one sentence, to somebody who made a mistake. */
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { startCommand } from "../support/command-line.ts";
import { freePort, startProcess, startService } from "../support/service.ts";

/** pino's number. */
const WARNING = 40;
/** A user id under which nothing else runs, and a number of tasks that suffices for the service, but not for its 64 threads. */
const [STRANGER, TASKS] = [54_321, 48];

const folder = mkdtempSync(join(tmpdir(), "sightline-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The lines it prints. */
async function failedStart(environment: NodeJS.ProcessEnv, runBy?: readonly string[]): Promise<string[]> {
  const failed = startProcess({ PORT: String(await freePort()), ...environment }, undefined, runBy);
  await once(failed.process, "close");
  expect(failed.process.exitCode).toBe(1);
  return failed.log;
}

it("names every wrong setting at once, without values and without a stack", async () => {
  const wrong = { PORT: "none", THREADS: "-1", MAX_IMAGE_BYTES: "-5secret", LOG_LEVEL: "loud" };
  const lines = await failedStart({ DATA_DIR: join(folder, "any"), ...wrong });
  expect(lines.map((line) => line.trim())).toEqual([
    "[Runner] The configuration is wrong:",
    "PORT must be a whole number from 1 to 65535",
    expect.stringMatching(/^LOG_LEVEL must be/),
    expect.stringMatching(/^MAX_IMAGE_BYTES must be/),
    expect.stringMatching(/^THREADS must be a whole number from 1 to \d+$/),
  ]);
  expect(lines.join()).not.toMatch(/secret|loud/);
});

it("says that a base path hides paths of the service", async () => {
  const lines = await failedStart({ DATA_DIR: join(folder, "any"), BASE_PATH: "/dashboard" });
  expect(lines.map((line) => line.trim()).filter(Boolean)).toEqual([
    "[Runner] BASE_PATH must not be /dashboard, since the service's own path /dashboard begins with it. Choose another one.",
  ]);
});

it("says that the data folder is a file", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const lines = await failedStart({ DATA_DIR: file });
  expect(lines.map((line) => line.trim())).toContain(
    `[Runner] The data folder ${file} cannot be used: it is a file. Set another DATA_DIR.`,
  );
  expect(lines.join()).not.toMatch(/ at \w|Unable/);
});

it("says that the data folder cannot be created, as in /proc, by sightline serve, too", async () => {
  // The tests themselves are run with such a folder of Node's own.
  const environment = { DATA_DIR: "/proc/sightline/data", PROCESSES: "1", NODE_COMPILE_CACHE: undefined };
  const { code, stdout, stderr } = await startCommand("", ["serve"], { environment }).ended;
  expect({ code, said: stdout + stderr }).toEqual({
    code: 1,
    said: expect.stringContaining(
      "[Runner] The data folder /proc/sightline/data cannot be used: it cannot be created. Set another DATA_DIR.",
    ),
  });
});

// The kernel does not limit the tasks of root.
it.skipIf(process.geteuid?.() !== 0)("says that the system does not allow so many threads", async () => {
  const data = join(folder, "many threads");
  mkdirSync(data);
  chownSync(data, STRANGER, STRANGER);
  chmodSync(folder, 0o755);
  const user = ["setpriv", `--reuid=${STRANGER}`, `--regid=${STRANGER}`, "--clear-groups"];
  const lines = await failedStart({ DATA_DIR: data, THREADS: "64" }, [...user, "prlimit", `--nproc=${TASKS}`]);
  expect(lines.map((line) => line.trim())).toContain(
    "[Runner] The system does not let the service start 64 threads. Lower THREADS, or raise the limit of its tasks: ulimit -u, TasksMax of systemd, --pids-limit of a container.",
  );
  expect(lines.join()).not.toMatch(/ at \w|EAGAIN/);
});

it("says that this machine does not have the address", async () => {
  // From a network that is reserved for documentation.
  const lines = await failedStart({ DATA_DIR: join(folder, "nowhere"), HOST: "192.0.2.1" });
  expect(lines.map((line) => JSON.parse(line).msg)).toContain(
    "This machine does not have the address 192.0.2.1. Set HOST to one that it has, or to 0.0.0.0 for all of them.",
  );
});

it("says that the port is taken, and that the name of a setting is misspelt", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  try {
    const { port } = other.address() as AddressInfo;
    const lines = await failedStart({ DATA_DIR: join(folder, "taken"), PORT: String(port), MONGO_URI: "mongodb://db" });
    const entries = lines.map((line) => JSON.parse(line));
    // Not necessarily the first: whoever runs the tests may have set other such variables.
    const misspelt = { level: WARNING, msg: "MONGO_URI is not a setting. Did you mean MONGO_URL?" };
    expect(entries).toContainEqual(expect.objectContaining(misspelt));
    expect(entries.map(({ msg }) => msg)).toContain(
      `Port ${port} is in use by another program. Stop that program, or set another PORT.`,
    );
  } finally {
    other.close();
  }
});

it.each(["HEALTH_PORT", "GRPC_PORT"])("says that the port of %s is taken, without a stack", async (setting) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  try {
    const { port } = other.address() as AddressInfo;
    const lines = await failedStart({ DATA_DIR: join(folder, "taken"), [setting]: String(port) });
    expect(lines.map((line) => JSON.parse(line).msg)).toContain(
      `Port ${port} is in use by another program. Stop that program, or set another ${setting}.`,
    );
  } finally {
    other.close();
  }
});

it("says what is wrong with a manifest, without a stack", async () => {
  const manifest = join(folder, "manifest.json");
  writeFileSync(manifest, '{"models": [{"kind": "classifer"}]}');
  const lines = await failedStart({ DATA_DIR: join(folder, "models"), MODELS_MANIFEST: manifest });
  expect(lines.join("\n")).toContain(
    `[Runner] The manifest ${manifest} cannot be used: models.0.kind: there is no kind classifer, but face-detector`,
  );
  expect(lines.join()).not.toMatch(/ at \w|Unable/);
});

it("says that a model of MODELS is in no manifest, and which are", async () => {
  const lines = await failedStart({ DATA_DIR: join(folder, "models"), MODELS: "faces-haar,faces-hair" });
  expect(lines.join("\n")).toContain(
    "[Runner] MODELS names what no manifest has: faces-hair. There are faces-haar, faces-yunet, face-encoding, ",
  );
  expect(lines.join()).not.toMatch(/ at \w|Unable/);
});

it("says in a few lines what runs where", async () => {
  const service = await startService({ DATA_DIR: join(folder, "told") });
  try {
    // What asks too early whether it is ready causes warnings.
    const messages = () =>
      service.log
        .map((line) => JSON.parse(line) as { level: number; msg: string })
        .filter(({ level }) => level === 30)
        .map(({ msg }) => msg);
    // It may be ready before the last line has been read.
    await expect.poll(messages).toContain(`Data is in ${join(folder, "told")}.`);
    expect(messages()).toContain(`Dashboard: ${service.url}/dashboard. API documentation: ${service.url}/docs`);
    expect(messages().length).toBeLessThanOrEqual(5);
  } finally {
    await service.stop();
  }
});
