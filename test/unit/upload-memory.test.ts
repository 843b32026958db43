import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { Type } from "typebox";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { config } from "../../lib/config.ts";
import type { Failure } from "../../lib/errors.ts";
import { readJsonValue } from "../../lib/http/upload/json-body.ts";
import { singleImage } from "../../lib/http/upload/single-image.ts";
import { mapUpload } from "../../lib/http/upload/upload.ts";
import { UploadMemory, uploadMemory } from "../../lib/http/upload/upload-memory.ts";

it("lets an upload wait while images of another are being processed", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const [first, second] = [memory.open("client"), memory.open("client")];
  const release = first.hand(80);
  let hasRoom = false;
  const room = second.room(50).then(() => {
    hasRoom = true;
  });
  await new Promise(setImmediate);
  expect(hasRoom).toBe(false);
  release();
  await room;
});

it("refuses an upload while others that go on hold the memory", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const [first, second] = [memory.open("client"), memory.open("client")];
  first.keep(80);
  await expect(second.room(50)).rejects.toMatchObject({ type: "OVERLOADED" });
  await second.room(20);
});

it("counts images that wait to be stored with others, and takes them from a client that is silent", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const [first, second] = [memory.open("client"), memory.open("client")];
  const reasons: string[] = [];
  const giveUp = ({ message }: Failure) => {
    reasons.push(message);
    setImmediate(() => first.close());
  };
  const client = { silentMs: 0, giveUp };
  first.readFrom(client, 10);
  first.keep(20);
  first.hold(50);
  expect(memory.usedBytes).toBe(80);
  await expect(second.room(50)).rejects.toMatchObject({ type: "OVERLOADED" });
  client.silentMs = 2000;
  await second.room(50);
  expect(reasons).toHaveLength(1);
  expect(memory.usedBytes).toBe(0);
});

it("lets an upload go on that is alone, however much of it waits to be stored", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const upload = memory.open("client");
  upload.hold(500);
  await upload.room(50);
  const stored = upload.hand(500);
  upload.hold(0);
  stored();
  expect(memory.usedBytes).toBe(0);
});

it("counts images that are fetched until each fetch has ended, also after the request", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const [first, second] = [memory.open("client"), memory.open("client")];
  first.fetched(60);
  first.keep(20);
  expect(memory.usedBytes).toBe(80);
  await expect(second.room(50)).rejects.toMatchObject({ type: "OVERLOADED" });
  first.close();
  expect(memory.usedBytes).toBe(60);
  first.fetched(-60);
  expect(memory.usedBytes).toBe(0);
  await second.room(100);
});

it("refuses no more of the uploads that wait than must be", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const [working, ...waiting] = [
    memory.open("client"),
    memory.open("client"),
    memory.open("client"),
    memory.open("client"),
  ];
  const release = working.hand(40);
  const outcomes = waiting.map(async (upload) => {
    upload.keep(20);
    try {
      await upload.room(50);
      return "has room";
    } catch (error) {
      return (error as Failure).type;
    } finally {
      upload.close();
    }
  });
  release();
  expect(await Promise.all(outcomes)).toEqual(["OVERLOADED", "has room", "has room"]);
});

it("waits for no upload that has nothing to free, whether it was refused or is silent", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const [working, refused, silent, next] = [
    memory.open("client"),
    memory.open("client"),
    memory.open("client"),
    memory.open("client"),
  ];
  working.keep(80);
  await expect(refused.room(50)).rejects.toMatchObject({ type: "OVERLOADED" });
  const reasons: string[] = [];
  silent.readFrom({ silentMs: 5000, giveUp: ({ message }) => reasons.push(message) }, 0);
  await expect(next.room(50)).rejects.toMatchObject({ type: "OVERLOADED" });
  expect(reasons).toEqual([]);
});

it("waits for an upload that ends, also if that one was waiting itself when it ended", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const [working, going, ending, next] = [
    memory.open("client"),
    memory.open("client"),
    memory.open("client"),
    memory.open("client"),
  ];
  const releases = [working.hand(20), working.hand(20)];
  going.keep(10);
  ending.keep(40);
  const room = next.room(60);
  const ended = ending.room(60).catch(({ type }: Failure) => type);
  ending.end();
  for (const release of releases) {
    release();
    await new Promise(setImmediate);
  }
  expect(await ended).toBe("OVERLOADED");
  ending.close();
  await room;
});

it("takes memory from the client that was silent the longest, once", async () => {
  const memory = new UploadMemory("http", 100, 1000);
  const given: string[] = [];
  const [slow, slower, other, next] = [
    memory.open("client"),
    memory.open("client"),
    memory.open("client"),
    memory.open("client"),
  ];
  slow.readFrom({ silentMs: 2000, giveUp: () => given.push("slow") }, 30);
  slower.readFrom({ silentMs: 3000, giveUp: () => given.push("slower") }, 30);
  other.keep(30);
  const room = next.room(70);
  expect(given).toEqual(["slower"]);
  // It has not ended yet, which is waited for.
  other.keep(20);
  await new Promise(setImmediate);
  expect(given).toEqual(["slower"]);
  // Less than is needed: another must give up.
  slower.close();
  await new Promise(setImmediate);
  expect(given).toEqual(["slower", "slow"]);
  slow.close();
  await room;
});

describe("shared by clients", () => {
  /** An upload whose client sends on, and the reasons for which it was ended. */
  function uploadOf(memory: UploadMemory, client: string, bytes: number, silentMs = 0) {
    const upload = memory.open(client);
    const ended: string[] = [];
    upload.readFrom({ silentMs, giveUp: ({ type }) => ended.push(type) }, 0);
    upload.keep(bytes);
    return { upload, ended };
  }

  it("is taken from the one that holds most, of its largest upload", async () => {
    const memory = new UploadMemory("http", 100, 1000);
    const small = uploadOf(memory, "greedy", 30);
    const large = uploadOf(memory, "greedy", 40);
    const other = uploadOf(memory, "other", 25);
    const room = memory.open("next").room(20);
    expect([small.ended, large.ended, other.ended]).toEqual([[], ["OVERLOADED"], []]);
    await expect(large.upload.room(0)).rejects.toMatchObject({ type: "OVERLOADED" });
    large.upload.close();
    await room;
  });

  it("is not taken for a client that would hold as much as the others", async () => {
    const memory = new UploadMemory("http", 100, 1000);
    const first = uploadOf(memory, "first", 60);
    const second = uploadOf(memory, "second", 35);
    await expect(second.upload.room(25)).rejects.toMatchObject({ type: "OVERLOADED" });
    expect(first.ended).toEqual([]);
  });

  it("is not taken from a silent client for one that holds more than half", async () => {
    const memory = new UploadMemory("http", 100, 1000);
    const greedy = uploadOf(memory, "greedy", 60);
    const silent = uploadOf(memory, "silent", 40, 5000);
    await expect(greedy.upload.room(1)).rejects.toMatchObject({ type: "OVERLOADED" });
    expect(silent.ended).toEqual([]);
  });

  it("is taken at once where the images in work would not free enough", async () => {
    const memory = new UploadMemory("http", 100, 1000);
    const greedy = uploadOf(memory, "greedy", 80);
    const release = memory.open("working").hand(15);
    const room = memory.open("next").room(30);
    expect(greedy.ended).toEqual(["OVERLOADED"]);
    greedy.upload.close();
    await room;
    release();
  });

  it("is waited for where the images in work free enough", async () => {
    const memory = new UploadMemory("http", 100, 1000);
    const greedy = uploadOf(memory, "greedy", 60);
    const release = memory.open("working").hand(40);
    const room = memory.open("next").room(30);
    release();
    await room;
    expect(greedy.ended).toEqual([]);
  });

  it("logs its outage once", async () => {
    const memory = new UploadMemory("http", 100, 1000);
    const warn = vi.fn();
    memory.refusals.logTo({ warn });
    uploadOf(memory, "client", 100);
    expect(warn).not.toHaveBeenCalled();
    for (let n = 0; n < 3; n++) await expect(memory.open("client").room(1)).rejects.toThrow();
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.lastCall?.[0]).toMatchObject({ protocol: "http", usedBytes: 100, maxBytes: 100 });
  });
});

it("frees an image once, however often it is released", () => {
  const memory = new UploadMemory("http", 100, 1000);
  const release = memory.open("client").hand(80);
  release();
  release();
  expect(memory.usedBytes).toBe(0);
});

it("says when there is room by what was freed lately, and no later than stalled uploads end", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const memory = new UploadMemory("http", 100, 60_000);
  const upload = memory.open("client");
  expect(memory.secondsUntil(100)).toBe(60);
  upload.keep(80);
  upload.keep(40);
  vi.advanceTimersByTime(20_000);
  // 40 more bytes are needed, and 40 became free in 20 s.
  expect(memory.secondsUntil(100)).toBe(20);
  vi.advanceTimersByTime(1_000);
  expect(memory.secondsUntil(100)).toBe(60);
  upload.keep(39);
  expect(memory.secondsUntil(1_000)).toBe(60);
});

function requestOf(type: string, body: string): IncomingMessage {
  const request = Object.assign(new PassThrough(), { headers: { "content-type": type }, complete: true });
  return request.end(body) as never;
}

it.each<[string, (use: () => Promise<void>) => Promise<unknown>]>([
  ["a single image", (use) => singleImage(requestOf("image/png", "file"), config, uploadMemory.open("client"), use)],
  [
    "images",
    (use) => mapUpload(requestOf("image/png", "file"), config, 1, use, { account: uploadMemory.open("client") }),
  ],
])("is given back by a request with %s, whether these can be processed or not", async (_, receive) => {
  for (const isProcessed of [true, false]) {
    let during = 0;
    const use = async () => {
      during = uploadMemory.usedBytes;
      if (!isProcessed) throw new Error("It failed.");
    };
    await Promise.allSettled([receive(use)]);
    expect([during, uploadMemory.usedBytes]).toEqual([4, 0]);
  }
});

it("is not needed by a request with other JSON", async () => {
  const reading = { form: Type.Object({}), bounds: { maxItems: 9, maxNumbers: 9 } };
  for (const body of ["{}", "[]"])
    await Promise.allSettled([readJsonValue(requestOf("application/json", body), config, reading)]);
  expect(uploadMemory.usedBytes).toBe(0);
});
