/** Several processes that share a port, as `npm start` runs them where there are cores enough. */
import { once } from "node:events";
import { existsSync, globSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { parseJournal } from "../../lib/vision/suspects/in-progress-journal.ts";
import { isPortFree, machineOf, processCount } from "../../scripts/supervise.mjs";
import { form, golden, JobClient, manyGolden } from "../support/job-client.ts";
import { answerOf, openPost } from "../support/raw-request.ts";
import { freePort, type RunningProcess, startProcess, temporaryFolder } from "../support/service.ts";
import { childrenOf, type Supervised, supervise } from "../support/supervised.ts";
import { kill, suspend } from "../support/suspend.ts";

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const services = ["services/**/*.service.ts"];
const [image] = golden as [(typeof golden)[number]];
/** Takes much longer on any machine than the 20 ms from which on an image is slow. */
const slow = {
  file: readFileSync(join(import.meta.dirname, "../../test-data/samples/rocket.jpg")),
  options: "minSize=24&scaleFactor=1.01",
};

/** Ready, both detectors known, and both gateways listening. */
async function whole({ url }: Supervised): Promise<void> {
  const threads = async () => {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    return response?.ok ? ((await response.json()) as { threads: number }).threads : 0;
  };
  await expect.poll(threads).toBe(2);
  const answering = async () => {
    await fetch(`${url}/healthz`, { headers: { Connection: "close" } });
    return Object.keys(await requestsByProcess(url, "/healthz")).sort();
  };
  await expect.poll(answering).toEqual(["0", "1"]);
}

/** One request on a connection of its own: the kernel chooses the process. */
async function detect(url: string): Promise<{ status: number; faces: unknown }> {
  const response = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const options = {
      method: "POST",
      agent: new Agent({ keepAlive: false }),
      headers: { "Content-Type": "image/jpeg" },
    };
    request(`${url}/process`, options, (answer) => {
      answer.toArray().then((chunks) => {
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      }, reject);
    })
      .on("error", reject)
      .end(image.bytes);
  });
  return { status: response.status, faces: JSON.parse(response.body).images?.[0]?.faces };
}

/** The requests of a route that each process has answered, by its number. */
async function requestsByProcess(url: string, route: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.matchAll(/^sightline_http_request_duration_seconds_count\{(.*)\} (\d+)$/gm);
  const counts: Record<string, number> = {};
  for (const [, labels = "", count] of lines) {
    if (!labels.includes(`route="${route}"`)) continue;
    const [, index = ""] = /process="(\d+)"/.exec(labels) ?? [];
    counts[index] = (counts[index] ?? 0) + Number(count);
  }
  return counts;
}

/** The images that each process has finished, by its number. */
async function imagesByProcess(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.matchAll(/^sightline_images_total\{outcome="done",process="(\d+)"\} (\d+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, index, count]) => [index, Number(count)]));
}

/** Waits until the job has finished with the right faces, while processes may come and go. */
async function finishes(url: string, id: string, files: readonly { readonly faces: unknown }[]): Promise<void> {
  const client = new JobClient(url);
  const state = () =>
    client.job(id).then(
      (job) => job.state,
      () => "away",
    );
  await expect.poll(state).toBe("succeeded");
  const items = (await client.results(id)) as { result?: { faces?: unknown } }[];
  expect(items.map(({ result }) => result?.faces)).toEqual(files.map(({ faces }) => faces));
}

/** Images that the threads of all processes have in progress, by their journals. */
function inProgress(dataDir: string): number {
  const files = globSync(join(dataDir, "detector/processes/*/*")).filter((path) => !path.endsWith(".db"));
  return files.filter((path) => parseJournal(readFileSync(path, "latin1"))).length;
}

/** Environments of two processes of one service, each with a port of its own, so that a test can choose between them. */
async function withOwnPorts<E extends NodeJS.ProcessEnv>(environment: E) {
  const shared = { ...environment, PROCESSES: "2", THREADS: "2", PROCESS_SOCKET: join(temporaryFolder(), "main.sock") };
  const own = async (PROCESS_INDEX: string) => ({ ...shared, PROCESS_INDEX, PORT: String(await freePort()) });
  return [await own("0"), await own("1")] as const;
}

const manyCores = join(import.meta.dirname, "../support/many-cores.ts");

const socketOf = (pid: number) =>
  /PROCESS_SOCKET=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, "utf8"))?.[1] ?? "";

describe("the number of processes", () => {
  it.each<[NodeJS.ProcessEnv, number]>([
    [{ PROCESSES: "3" }, 3],
    [{ PROCESSES: "4", THREADS: "2" }, 2],
    [{ PROCESSES: "4", NATS_URL: "nats://127.0.0.1" }, 1],
    [{ PROCESSES: "4", SERVICES: "detector" }, 1],
    // The service says what is wrong.
    [{ PROCESSES: "many" }, 1],
    [{ PROCESSES: "-1" }, 1],
    [{ PROCESSES: "1", THREADS: "many" }, 1],
  ])("of %j is %i", (environment, count) => {
    expect(processCount(environment)).toBe(count);
  });

  it.each([
    [64, 64, 16],
    [192, 512, 48],
    [6, 64, 1],
    // A container with a limit of memory, and of CPU none.
    [64, 8, 4],
    [64, 1, 1],
  ])("on %i cores with %i GiB is %i", (cores, gibibytes, count) => {
    expect(processCount({}, { cores, memoryBytes: gibibytes * 2 ** 30 })).toBe(count);
    expect(processCount({ PROCESSES: "3" }, { cores, memoryBytes: gibibytes * 2 ** 30 })).toBe(3);
  });

  it.each([
    ["no limit", 0, 8],
    ["no limit, in the first version of control groups", 18446744073709552000, 8],
    ["a limit", 2 * 2 ** 30, 2],
  ])("follows the machine that the Node of the service sees, with %s", (_name, limit, gibibytes) => {
    const node = join(temporaryFolder(), "node");
    writeFileSync(node, `#!/bin/sh\necho '[4, ${limit}, ${8 * 2 ** 30}]'\n`, { mode: 0o755 });
    expect(machineOf(node)).toEqual({ cores: 4, memoryBytes: gibibytes * 2 ** 30 });
  });

  it("follows the machine, asked of another Node too", () => {
    const link = join(temporaryFolder(), "node");
    symlinkSync(process.execPath, link);
    expect(machineOf(link)).toEqual(machineOf());
  });
});

describe("two processes on one port", () => {
  let started: Supervised | undefined;
  afterAll(() => started?.stop());

  /** Both processes, whatever the test before did to them. */
  async function both(): Promise<Supervised> {
    // As where several processes are the default, but without the cores: many slow images at once take long.
    const machine = { NODE_OPTIONS: `--import=${manyCores}`, IMAGE_TIMEOUT_MS: "600000" };
    started ??= await supervise(services, { PROCESSES: "2", THREADS: "2", MODELS: "faces-haar", ...machine });
    await started.ready();
    await whole(started);
    return started;
  }

  it("both answer, and one page has the metrics of both", async () => {
    const service = await both();
    const answers = await Promise.all(Array.from({ length: 40 }, () => detect(service.url)));
    expect(answers).toEqual(answers.map(() => ({ status: 200, faces: image.faces })));
    const counts = await requestsByProcess(service.url, "/process");
    expect(Object.keys(counts).sort()).toEqual(["0", "1"]);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(40);
  });

  it("both work on one request with many slow images", async () => {
    const service = await both();
    const before = await imagesByProcess(service.url);
    const body = new FormData();
    // More than a process has in work before it knows how long they take.
    for (let n = 0; n < 60; n++) body.append("images", new Blob([slow.file]), `${n}.jpg`);
    // Sent in one piece: one process alone keeps up with a client that takes its time.
    const request = new Response(body);
    const headers = { "Content-Type": request.headers.get("Content-Type") as string };
    const sent = { method: "POST", headers, body: await request.arrayBuffer() };
    const response = await fetch(`${service.url}/process?${slow.options}`, sent);
    const { images } = (await response.json()) as { images: { faces: unknown }[] };
    expect(images.map(({ faces }) => faces)).toEqual(Array.from({ length: 60 }, () => images[0]?.faces));
    const after = await imagesByProcess(service.url);
    const counts = ["0", "1"].map((index) => (after[index] ?? 0) - (before[index] ?? 0));
    expect(Math.min(...counts), String(counts)).toBeGreaterThan(2);
  });

  it("know no model that MODELS leaves out", async () => {
    const client = new JobClient((await both()).url);
    const unknown = { status: 404, body: { code: "MODEL_NOT_FOUND", detail: "There is no model objects." } };
    expect(await client.get("/v1/models/objects")).toMatchObject(unknown);
    expect(await client.post("/process?models=objects", form(golden))).toMatchObject(unknown);
    expect(await client.post("/v1/jobs?models=objects", form(golden))).toMatchObject(unknown);
  });

  it("accept jobs, and tell their results and events, whichever is asked", async () => {
    const service = await both();
    const create = () => new JobClient(service.url).create(manyGolden(10));
    const jobs = await Promise.all(Array.from({ length: 8 }, create));
    for (const { id } of jobs) {
      await finishes(service.url, id, manyGolden(10));
      // Results are there before the events that tell of them.
      const done = async () =>
        (await new JobClient(service.url).events(id)).filter(({ type }) => type.endsWith("image.done"));
      await expect.poll(done).toHaveLength(10);
    }
  });

  it("both try an image alone after one of them died with it", async () => {
    const service = await both();
    const [main, second] = childrenOf(service.child) as [number, number];
    expect(childrenOf({ pid: main })).toEqual([]);
    let inFlight = 0;
    const send = async () => {
      inFlight++;
      const headers = { "Content-Type": "image/jpeg", Connection: "close" };
      const options = { method: "POST", headers, body: slow.file };
      const response = await fetch(`${service.url}/process?${slow.options}`, options).catch(() => undefined);
      inFlight--;
      return response?.status;
    };
    // The kernel chooses the process, so several are on their way at any time until either has one.
    const sent: Promise<number | undefined>[] = [];
    const sendUntil = (isSo: () => boolean) =>
      expect
        .poll(
          () => {
            if (isSo()) return true;
            while (inFlight < 8) sent.push(send());
            return false;
          },
          { interval: 10 },
        )
        .toBe(true);
    await sendUntil(() => inProgress(service.dataDir) === 2);
    process.kill(second, "SIGKILL");
    await sendUntil(() => childrenOf({ pid: main }).length === 1);
    // Not at fault.
    expect((await Promise.all(sent)).filter((status) => status === 422)).toEqual([]);
    expect(service.restarts()).toBe(0);
  });

  it("go on while the other one is restarted", async () => {
    const service = await both();
    const { id } = await new JobClient(service.url).create(manyGolden(300));
    const [, second] = childrenOf(service.child);
    process.kill(second as number, "SIGKILL");
    await expect.poll(() => service.log()).toContain("Process 1 of the service ended unexpectedly (SIGKILL)");
    await expect.poll(async () => (await detect(service.url).catch(() => undefined))?.status).toBe(200);
    await finishes(service.url, id, manyGolden(300));
  });

  it("lose nothing that was accepted when the main one is killed", async () => {
    const service = await both();
    const { id } = await new JobClient(service.url).create(manyGolden(300));
    const [main, second] = childrenOf(service.child) as [number, number];
    const logged = service.log().length;
    // Its successor waits until the supervisor goes on.
    await suspend(service.child);
    // A request that the kernel gave to it before its end would fail.
    await kill(main);
    // The other process does not need it for this.
    await expect.poll(() => detect(service.url).catch(() => undefined)).toEqual({ status: 200, faces: image.faces });
    // A request that needs it is tried again and again for seconds.
    expect((await new JobClient(service.url).get("/v1/jobs")).status).toBe(503);
    const lines = service.log().slice(logged).split("\n").filter(Boolean);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["Lost the connection to the main process."]);
    service.child.kill("SIGCONT");
    await expect.poll(() => service.log()).toContain("The main process of the service ended unexpectedly (SIGKILL)");
    await whole(service);
    expect(childrenOf(service.child)).toContain(second);
    await finishes(service.url, id, manyGolden(300));
  });

  it("lose no image of an upload that goes on while the main one is killed and started again", async () => {
    const dataDir = temporaryFolder();
    cleanUp.push(async () => rmSync(dataDir, { recursive: true }));
    const [main, second] = await withOwnPorts({ MODELS: "faces-haar", DATA_DIR: dataDir });
    const begin = async (environment: typeof main) => {
      const { kill, stop } = startProcess(environment, services[0]);
      cleanUp.push(async () => void (await stop()));
      return kill;
    };
    const isReady = async ({ PORT }: typeof main) =>
      (await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined))?.status;
    const killMain = await begin(main);
    await begin(second);
    await expect.poll(() => isReady(second)).toBe(200);
    const url = `http://127.0.0.1:${second.PORT}`;
    const [before, after] = [golden.slice(0, 2), golden.slice(2)];
    const parts = (files: typeof golden) =>
      files.flatMap(({ name, bytes }) => [
        Buffer.from(`--b\r\nContent-Disposition: form-data; name="images"; filename="${name}"\r\n\r\n`),
        bytes,
        Buffer.from("\r\n"),
      ]);
    // An image is complete when the next boundary has arrived.
    const first = Buffer.concat([...parts(before), Buffer.from("--b\r\n")]);
    const rest = Buffer.concat([...parts(after), Buffer.from("--b--\r\n")]).subarray("--b\r\n".length);
    const headers = {
      "Content-Type": "multipart/form-data; boundary=b",
      "Content-Length": String(first.length + rest.length),
    };
    const socket = await openPost(url, "/v1/jobs", headers);
    const answer = answerOf(socket);
    socket.write(first);
    const stored = () => globSync(join(dataDir, "blobs/*/pack")).reduce((sum, path) => sum + statSync(path).size, 0);
    const bytes = before.reduce((sum, file) => sum + file.bytes.length, 0);
    await expect.poll(stored).toBeGreaterThan(bytes);
    await killMain();
    await begin(main);
    await expect.poll(() => isReady(main)).toBe(200);
    await expect.poll(() => isReady(second)).toBe(200);
    socket.write(rest);
    const { status, body } = await answer;
    expect(status).toBe(202);
    await finishes(url, body.id, golden);
  });

  it("listen only once they can answer", async () => {
    const [main, second] = await withOwnPorts({ LOG_LEVEL: "debug" });
    const begun: RunningProcess[] = [];
    // Together, as the supervisor does it.
    cleanUp.push(async () => void (await Promise.all(begun.map(({ stop }) => stop()))));
    const begin = (environment: NodeJS.ProcessEnv) => {
      const one = startProcess(environment, services[0]);
      begun.push(one);
      return one;
    };
    const { log } = begin(second);
    await expect.poll(() => log.join("\n")).toContain("Waiting for service(s)");
    begin(main);
    /** The status of the first answer. */
    const firstOf = async (ask: () => Promise<number>) => {
      let first: number | undefined;
      const answered = async () => {
        first = await ask().catch(() => undefined);
        return first;
      };
      await expect.poll(answered, { interval: 10 }).toBeDefined();
      return first;
    };
    const jobs = async () => (await fetch(`http://127.0.0.1:${second.PORT}/v1/jobs`)).status;
    const faces = async () => (await detect(`http://127.0.0.1:${main.PORT}`)).status;
    expect(await Promise.all([firstOf(faces), firstOf(jobs)])).toEqual([200, 200]);
  });

  it("do not start on a port that another program listens on", async () => {
    const port = await freePort();
    const other = createServer().listen({ port, host: "127.0.0.1", reusePort: true });
    await once(other, "listening");
    cleanUp.push(async () => void other.close());
    const service = await supervise(services, { PROCESSES: "2", PORT: String(port) });
    cleanUp.push(service.stop);
    expect(await service.exited).toEqual([1, null]);
    expect(service.log()).toContain(`Port ${port} is in use`);
  });

  it("do not start on the default port either, which an empty PORT means", async () => {
    const other = createServer().listen({ port: 8080, host: "127.0.0.1" });
    cleanUp.push(async () => void other.close());
    // Otherwise another program has it already.
    await once(other, "listening").catch(() => {});
    expect(await isPortFree({ PORT: "" })).toBe(false);
  });

  it("do not start without a folder for temporary files, and say so in a sentence", async () => {
    const service = await supervise(services, { PROCESSES: "2", THREADS: "2", TMPDIR: "/nonexistent" });
    cleanUp.push(service.stop);
    expect(await service.exited).toEqual([1, null]);
    expect(service.log()).toContain(
      "/nonexistent cannot be used (ENOENT). Set TMPDIR to one that this user may write to",
    );
    expect(service.log()).not.toMatch(/ at \w/);
  });

  it("leave it to the service to say what is wrong with a port or an address", async () => {
    for (const wrong of [{ PORT: "99999" }, { HOST: "192.0.2.1", PORT: String(await freePort()) }])
      expect(await isPortFree(wrong)).toBe(true);
  });

  it("end together, and leave no socket", async () => {
    const service = await both();
    const processes = childrenOf(service.child);
    const socket = socketOf(processes[0] as number);
    expect(existsSync(socket)).toBe(true);
    service.child.kill("SIGTERM");
    expect(await service.exited).toEqual([0, null]);
    expect(existsSync(dirname(socket))).toBe(false);
    for (const pid of processes) expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});
