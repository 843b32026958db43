import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BusyWatch } from "../../lib/vision/busy-watch.ts";
import { Journal, parseJournal } from "../../lib/vision/suspects/in-progress-journal.ts";
import { createMarks, type Mark, MarksReader, writeMarks } from "../../lib/vision/suspects/marks.ts";
import { requestKey, sha256Of } from "../../lib/vision/suspects/request-key.ts";
import { Suspects } from "../../lib/vision/suspects/suspects.ts";

const hashOf = (text: string) => sha256Of(Buffer.from(text));
const entry = (text: string, request = "0123456789abcdef") => ({ sha256: hashOf(text), request });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-suspects-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe("a journal", () => {
  it("has what was entered last, until it is left", () => {
    const path = join(folder, "1");
    const journal = new Journal(path);
    const read = () => parseJournal(readFileSync(path, "latin1"));
    expect(read()).toBeUndefined();
    journal.enter(entry("a"));
    expect(read()).toEqual(entry("a"));
    journal.leave();
    expect(read()).toBeUndefined();
    journal.enter(entry("b"));
    expect(read()).toEqual(entry("b"));
  });

  it.each(["", "-", "x".repeat(82), `${"0".repeat(64)} 0123`])("of other content (%j) says nothing", (text) => {
    expect(parseJournal(text)).toBeUndefined();
  });
});

describe("a request's key", () => {
  const file = Buffer.from("a");
  const options = { scaleFactor: 1.1, minNeighbors: 6, minSize: 96 };
  it("is that of what is asked, whatever the file", () => {
    const key = requestKey({ file, options });
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(requestKey({ file: Buffer.from("b"), options, sha256: hashOf("b") })).toBe(key);
    expect(requestKey({ file, options, annotate: undefined })).toBe(key);
    expect(requestKey({ file, options: { ...options, minSize: 24 } })).not.toBe(key);
    expect(requestKey({ file, options, models: ["objects"] })).not.toBe(key);
  });
});

describe("marks", () => {
  it("are seen by another thread that looks while they are written", async () => {
    const memory = createMarks(200);
    const url = new URL("../../lib/vision/suspects/marks.ts", import.meta.url).href;
    const script = `
      const { workerData, parentPort } = require("node:worker_threads");
      import(workerData.url).then(({ MarksReader }) => {
        const reader = new MarksReader(workerData.memory);
        const [torn, stop] = [[], new Int32Array(workerData.stop)];
        let looks = 0;
        while (Atomics.load(stop, 0) === 0) {
          looks++;
          const found = workerData.hashes.map((hash) => reader.find(hash));
          if (found.includes(undefined)) torn.push(found.indexOf(undefined));
          if (looks === 1) Atomics.store(stop, 1, 1);
        }
        parentPort.postMessage({ torn, last: workerData.hashes.map((hash) => reader.find(hash)) });
      });`;
    const hashes = Array.from({ length: 200 }, (_, index) => hashOf(String(index)));
    const stop = new SharedArrayBuffer(8);
    const flags = new Int32Array(stop);
    const write = (mark: Mark) => writeMarks(memory, new Map(hashes.map((hash) => [hash, mark])));
    write("suspect");
    const worker = new Worker(script, { eval: true, workerData: { url, memory, hashes, stop } });
    const answer = new Promise<{ torn: unknown[]; last: Mark[] }>((resolve, reject) =>
      worker.on("message", resolve).on("error", reject),
    );
    await expect.poll(() => Atomics.load(flags, 1)).toBe(1);
    for (let round = 0; round < 500; round++) write(round % 2 === 0 ? "suspect" : "refused");
    Atomics.store(flags, 0, 1);
    const { torn, last } = await answer;
    expect(torn).toEqual([]);
    expect(new Set(last)).toEqual(new Set(["refused"]));
    await worker.terminate();
  });

  it("over the capacity are left out", () => {
    const memory = createMarks(1);
    writeMarks(memory, new Map([entry("a"), entry("b")].map(({ sha256 }) => [sha256, "refused"])));
    const reader = new MarksReader(memory);
    expect(reader.find(hashOf("a"))).toBe("refused");
    expect(reader.find(hashOf("b"))).toBeUndefined();
  });
});

describe("suspects", () => {
  const unwritable = vi.fn();
  const open = (version = "1") => new Suspects({ version, folder, onUnwritable: unwritable });
  const markOf = (suspects: Suspects, text: string) => new MarksReader(suspects.marks).find(hashOf(text));
  beforeEach(() => unwritable.mockClear());

  /** What a process leaves that dies with images in work: its folder, without the lock it held. */
  function leaveJournals(...texts: string[]) {
    const processes = join(folder, "processes", "dead");
    mkdirSync(processes, { recursive: true });
    writeFileSync(join(processes, "lock.db"), "");
    texts.forEach((text, thread) => {
      new Journal(join(processes, String(thread))).enter(entry(text));
    });
  }

  it("are what a process left that died, and not what one has that lives", () => {
    const living = open();
    const journal = new Journal(join(living.journalFolder ?? "", "1"));
    journal.enter(entry("in work"));
    leaveJournals("a", "b");
    const next = open();
    expect([markOf(next, "a"), markOf(next, "b"), markOf(next, "in work")]).toEqual(["suspect", "suspect", undefined]);
    expect(existsSync(join(folder, "processes", "dead"))).toBe(false);
    next.close();
    living.close();
    expect(readdirSync(join(folder, "processes"))).toEqual(["lock.db"]);
    expect(markOf(open(), "in work")).toBeUndefined();
    expect(unwritable).not.toHaveBeenCalled();
  });

  it("are not taken from a process that is just starting, and whose folder is not locked yet", async () => {
    const script = join(import.meta.dirname, "../support/slow-process-folder.ts");
    const starting = spawn(process.execPath, [script, join(folder, "processes"), "starting"]);
    try {
      await once(starting.stdout, "data");
      open().close();
      expect(readdirSync(join(folder, "processes"))).toEqual(["lock.db", "starting"]);
      expect(unwritable).not.toHaveBeenCalled();
    } finally {
      const ended = once(starting, "exit");
      starting.kill("SIGKILL");
      await ended;
    }
  });

  it("are cleared of each request they were in work for", () => {
    const suspects = open();
    suspects.suspect(entry("a", "0000000000000001"));
    suspects.suspect(entry("a", "0000000000000002"));
    suspects.clear(entry("a", "0000000000000003"));
    expect(markOf(suspects, "a")).toBe("suspect");
    suspects.clear(entry("a", "0000000000000001"));
    expect(markOf(open(), "a")).toBe("suspect");
    suspects.clear(entry("a", "0000000000000002"));
    expect(markOf(suspects, "a")).toBeUndefined();
    expect(markOf(open(), "a")).toBeUndefined();
  });

  it("that are refused stay so, for this version and for a week", () => {
    const suspects = open();
    suspects.suspect(entry("a"));
    suspects.refuse(hashOf("a"));
    suspects.suspect(entry("a"));
    expect(markOf(suspects, "a")).toBe("refused");
    expect(open().refusals).toMatchObject([{ sha256: hashOf("a") }]);
    vi.useFakeTimers({ now: Date.now() + 8 * 86_400_000, toFake: ["Date"] });
    expect(markOf(open(), "a")).toBeUndefined();
    vi.useRealTimers();
    suspects.refuse(hashOf("b"));
    expect(markOf(open("2"), "b")).toBeUndefined();
  });

  it("are forgotten after their time while the process lives, and are not taken over from others that still have them", () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    const suspects = open();
    const at = new Date().toISOString();
    suspects.suspect(entry("a"));
    suspects.refuse(hashOf("b"), at);
    vi.advanceTimersByTime(2 * 86_400_000);
    expect([markOf(suspects, "a"), markOf(suspects, "b")]).toEqual([undefined, "refused"]);
    vi.advanceTimersByTime(6 * 86_400_000);
    suspects.refuse(hashOf("b"), at);
    expect(markOf(suspects, "b")).toBeUndefined();
    expect(suspects.isRefused(hashOf("b"))).toBe(false);
    expect(["suspects", "refused"].flatMap((kind) => readdirSync(join(folder, kind)))).toEqual([]);
    suspects.close();
  });

  it("are refused after three trials that nobody lived to tell of", () => {
    for (let trial = 1; trial <= 3; trial++) {
      const suspects = open();
      expect(markOf(suspects, "a")).toBe(trial === 1 ? undefined : "suspect");
      suspects.startTrial(entry("a"));
    }
    expect(markOf(open(), "a")).toBe("refused");
  });

  it("are bounded in number, the oldest of them forgotten", () => {
    const suspects = open();
    for (let index = 0; index < 1_002; index++) suspects.refuse(hashOf(String(index)));
    expect(suspects.refusals).toHaveLength(1_000);
    expect(markOf(suspects, "0")).toBeUndefined();
    expect(markOf(suspects, "1001")).toBe("refused");
    expect(readdirSync(join(folder, "refused"))).toHaveLength(1_000);
  });

  it("are known in memory where nothing can be written", () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "not a folder");
    const suspects = open();
    expect(unwritable).toHaveBeenCalled();
    expect(suspects.journalFolder).toBeUndefined();
    suspects.suspect(entry("a"));
    suspects.refuse(hashOf("b"));
    expect([markOf(suspects, "a"), markOf(suspects, "b")]).toEqual(["suspect", "refused"]);
    suspects.close();
  });

  it("survive damaged records", () => {
    open().refuse(hashOf("a"));
    writeFileSync(join(folder, "refused", hashOf("a")), "{");
    writeFileSync(join(folder, "refused", "stray.tmp"), "");
    expect(open().refusals).toEqual([]);
    expect(readdirSync(join(folder, "refused"))).toEqual([]);
  });
});

describe("the watch over what is busy", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const watch = () => {
    const [onLate, onHung] = [vi.fn(), vi.fn()];
    return { watch: new BusyWatch({ timeoutMs: 800, onLate, onHung }), onLate, onHung };
  };

  it("tells once that something is late, and once that it hangs", () => {
    const { watch: busy, onLate, onHung } = watch();
    busy.start("a");
    vi.advanceTimersByTime(399);
    expect(onLate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(101);
    expect(onLate).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(299);
    expect(onHung).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(onHung.mock.calls).toEqual([["a"]]);
    expect(onLate).toHaveBeenCalledTimes(1);
    busy.close();
  });

  it("says nothing of what has ended", () => {
    const { watch: busy, onHung } = watch();
    busy.start("a");
    vi.advanceTimersByTime(700);
    busy.stop("a");
    vi.advanceTimersByTime(2_000);
    expect(onHung).not.toHaveBeenCalled();
    busy.close();
  });
});
