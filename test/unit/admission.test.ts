import { describe, expect, it } from "vitest";
import { Admission, type AdmittedRequest } from "../../lib/admission/admission.ts";

const MAX_WAIT_MS = 1000;
const detector = (id: string, threads: number) => ({ id, threads });
const one = [detector("a", 1)];

/** A gateway whose images take 10 ms each, in one thread: a hundred are done in the longest wait. */
function opened(threads = 1) {
  let time = 0;
  const detectors = [detector("a", threads)];
  const admission = new Admission(MAX_WAIT_MS, () => time);
  const ask = (client: string, images = 1) => admission.admit({ client, kind: "faces", images, detectors });
  const admit = (client: string, images = 1): AdmittedRequest => {
    const outcome = ask(client, images);
    if ("retryAfterMs" in outcome) throw new Error(`refused for ${outcome.retryAfterMs} ms`);
    return outcome.request;
  };
  const fill = (client: string, images = 1): AdmittedRequest[] => {
    const requests: AdmittedRequest[] = [];
    for (let outcome = ask(client, images); "request" in outcome; outcome = ask(client, images))
      requests.push(outcome.request);
    return requests;
  };
  const process = (request: AdmittedRequest, milliseconds: number) => {
    request.begin();
    time += milliseconds;
    request.end({ threadMs: 10 });
  };
  const first = admit("warm-up");
  process(first, 10);
  first.close();
  return {
    admission,
    ask,
    admit,
    fill,
    process,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

describe("admission", () => {
  it("leaves half of the longest wait to others if one client floods", () => {
    const { fill, admission } = opened();
    expect(fill("flood")).toHaveLength(50);
    expect(admission.waitMs).toBeCloseTo(500);
  });

  it("leaves the same share to one more client, whatever the number of busy ones", () => {
    const { ask, fill, admission } = opened();
    // They come in turn until all are refused.
    let before: number;
    do {
      before = admission.waitMs;
      for (const client of ["a", "b", "c", "d"]) {
        ask(client);
      }
    } while (admission.waitMs > before);
    expect(admission.waitMs).toBeCloseTo(800);
    expect(fill("late")).toHaveLength(10);
  });

  it("never reserves much more than can be done in the longest wait, however many clients there are", () => {
    const { fill, admission } = opened();
    for (let client = 0; client < 1000; client++) fill(`client ${client}`);
    expect(admission.waitMs).toBeLessThanOrEqual((MAX_WAIT_MS * 13) / 8);
  });

  it("lets a client that gives up sooner wait for less, and for more again once it does not", () => {
    const { admission, fill, pass } = opened();
    const closed = (client: string) => {
      const requests = fill(client);
      for (const request of requests) request.close();
      return requests.length;
    };
    // Others wait as before, and so does a client that left at once, for another reason.
    admission.gaveUp("hasty", MAX_WAIT_MS);
    admission.gaveUp("cancelled", MAX_WAIT_MS / 10);
    expect([closed("hasty"), closed("cancelled"), closed("other")]).toEqual([25, 50, 50]);
    // It waited for longer this time only because there was more to do.
    admission.gaveUp("hasty", 3 * MAX_WAIT_MS);
    expect(closed("hasty")).toBe(25);
    pass(60_000);
    expect(closed("hasty")).toBe(50);
  });

  it("admits more with more threads", () => {
    expect(opened(4).fill("flood")).toHaveLength(200);
  });

  it("says when the request would be admitted, and it is then, and not before", () => {
    const { fill, ask, process } = opened();
    const flood = fill("flood");
    // As much work again comes from others before the client returns.
    const other = fill("other");
    const refused = ask("flood", 5);
    const { retryAfterMs } = refused as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(0);
    let remainingMs = Math.ceil(retryAfterMs);
    for (let turn = 0; remainingMs > 0; turn++, remainingMs -= 10) {
      expect(ask("flood", 5)).toHaveProperty("retryAfterMs");
      // The clients have turns.
      const request = (turn % 2 === 0 ? flood : other).pop() as AdmittedRequest;
      process(request, 10);
      request.close();
    }
    expect(ask("flood", 5)).toHaveProperty("request");
  });

  it("reserves for each request what is left of its images, and at least one until its end", () => {
    const { admission, admit, process } = opened();
    const request = admit("a", 3);
    const waits = [admission.waitMs];
    for (let image = 0; image < 4; image++) {
      process(request, 10);
      waits.push(admission.waitMs);
    }
    request.close();
    waits.push(admission.waitMs);
    expect(waits.map(Math.round)).toEqual([30, 20, 10, 10, 10, 0]);
  });

  it("lets a request go on with what it reserved while there is no room for more", () => {
    const { admit, fill } = opened();
    const long = admit("a", 3);
    expect(long.limit(16)).toBe(16);
    fill("a");
    fill("b");
    fill("c");
    expect(long.limit(16)).toBe(3);
    expect(long.limit(2)).toBe(2);
  });

  it("admits one request with nothing ahead of it, however long its images take, and no second", () => {
    const { admission, ask, admit } = opened();
    const request = admit("a");
    request.begin();
    request.end({ threadMs: 1e6 });
    request.close();
    expect(admission.waitMs).toBe(0);
    expect(ask("a", 16)).toHaveProperty("request");
    expect(ask("b")).toHaveProperty("retryAfterMs");
  });

  it("leaves it to others to say that there is no detector", () => {
    const { admission, fill } = opened();
    fill("a");
    expect(admission.admit({ client: "a", kind: "faces", images: 1, detectors: [] })).toHaveProperty("request");
    expect(admission.waitMs).toBeCloseTo(50 * 10);
  });

  it("counts images of slow models for what they take", () => {
    const { admission, fill } = opened();
    const slow = admission.admit({ client: "a", kind: "slow", images: 1, detectors: one });
    const request = (slow as { request: AdmittedRequest }).request;
    request.begin();
    request.end({ threadMs: 100 });
    request.close();
    expect(fill("a")).toHaveLength(50);
    const slowOnes = Array.from({ length: 9 }, () =>
      admission.admit({ client: "b", kind: "slow", images: 1, detectors: one }),
    );
    expect(slowOnes.filter((outcome) => "request" in outcome)).toHaveLength(3);
  });

  it("goes by the measured rate where the threads cannot keep what they promise", () => {
    const { admission, admit, fill, pass } = opened();
    const requests = Array.from({ length: 20 }, () => admit("a"));
    for (const request of requests) request.begin();
    // An image of 10 ms every 40 ms: something else takes the rest of the thread. Of some, the thread
    // time is not known.
    for (const [image, request] of requests.splice(0, 12).entries()) {
      pass(40);
      request.end(image % 2 === 0 ? { threadMs: 10 } : {});
      request.close();
    }
    expect(admission.waitMs).toBeCloseTo(8 * 40);
    for (const request of requests) {
      request.end({ threadMs: 10 });
      request.close();
    }
    expect(fill("a").length).toBeLessThan(15);
    // Long after, the measurement says nothing about the present.
    pass(60_000);
    expect(admission.waitMs).toBeLessThan(15 * 10);
  });

  it("admits a client without work while that of all is done in one and a half times the longest wait", () => {
    const { fill, ask } = opened();
    for (const client of ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]) fill(client);
    expect(fill("large", 25)).toHaveLength(1);
    expect(ask("large")).toHaveProperty("retryAfterMs");
    expect(ask("a")).toHaveProperty("retryAfterMs");
    expect(ask("polite")).toHaveProperty("request");
  });

  it("admits a client whose turn comes soon, even where the rate has fallen below what was admitted", () => {
    const { admission, fill, ask, pass } = opened();
    const flood = fill("flood", 2);
    for (const request of flood) request.begin();
    for (let image = 0; image < 10; image++) {
      pass(50);
      flood[0]?.end({ threadMs: 10 });
      flood[0]?.begin();
    }
    expect(admission.waitMs).toBeGreaterThan(2 * MAX_WAIT_MS);
    expect(ask("flood")).toHaveProperty("retryAfterMs");
    expect(ask("polite")).toHaveProperty("request");
    expect(ask("greedy", 5)).toHaveProperty("retryAfterMs");
  });

  it("takes failures of images for work that is not done, and an image's own fault for nothing", () => {
    const { admission, admit, pass } = opened();
    const requests = Array.from({ length: 40 }, () => admit("a"));
    for (const request of requests) request.begin();
    const end = (ended: Parameters<AdmittedRequest["end"]>[0]) => {
      pass(20);
      requests.shift()?.end(ended);
    };
    for (let image = 0; image < 13; image++) end({ threadMs: 10 });
    const before = admission.waitMs / requests.length;
    for (let image = 0; image < 5; image++) end(undefined);
    expect(admission.waitMs / requests.length).toBeGreaterThan(0);
    for (let image = 0; image < 13; image++) end("failed");
    expect(admission.waitMs / requests.length).toBeGreaterThan(before);
  });

  it("goes by what the threads promise where every image failed", () => {
    const { admission, admit, pass } = opened();
    const requests = Array.from({ length: 40 }, () => admit("a"));
    for (const request of requests) request.begin();
    for (const request of requests.splice(0, 20)) {
      pass(20);
      request.end("failed");
      request.close();
    }
    expect(admission.waitMs).toBeCloseTo(20 * 10);
  });

  it("reserves a quarter of the longest wait at most for one request, however many images it has", () => {
    const { admission, admit } = opened();
    admit("a", 10_000);
    expect(admission.waitMs).toBeCloseTo(MAX_WAIT_MS / 4);
  });

  it("counts images that are in work beyond those that were reserved", () => {
    const { admission, admit } = opened();
    const request = admit("a");
    for (let image = 0; image < 5; image++) request.begin();
    expect(admission.waitMs).toBeCloseTo(50);
  });

  it("learns nothing of an image's time from one whose thread time is unknown", () => {
    const { admission, admit, pass } = opened();
    const request = admit("a", 2);
    request.begin();
    pass(10);
    request.end({});
    expect(admission.imageMs("faces")).toBe(10);
  });

  it("measures no rate while there is too little work for all threads, nor over a time without any", () => {
    const { admission, admit, pass } = opened(4);
    const few = Array.from({ length: 11 }, () => admit("a"));
    for (const request of few) request.begin();
    for (let image = 0; image < 40; image++) {
      pass(10);
      few[0]?.end({ threadMs: 10 });
      few[0]?.begin();
    }
    expect(admission.waitMs).toBeCloseTo((11 * 10) / 4);
    const last = admit("a");
    last.begin();
    for (const request of [last, ...few]) {
      request.end({ threadMs: 10 });
      request.close();
    }
    pass(10_000);
    const again = Array.from({ length: 12 }, () => admit("a"));
    for (const request of again) request.begin();
    for (const request of again.slice(0, 10)) {
      pass(10);
      request.end({ threadMs: 10 });
      request.close();
    }
    expect(admission.waitMs).toBeCloseTo((2 * 10) / 4);
  });

  it("counts no client twice whose turn comes soon", () => {
    const { admission, admit, fill, ask, pass } = opened();
    const flood = fill("flood", 2);
    for (const request of flood) request.begin();
    for (let image = 0; image < 20; image++) {
      pass(25);
      flood[0]?.end({ threadMs: 10 });
      flood[0]?.begin();
    }
    expect(admission.waitMs).toBeGreaterThan(MAX_WAIT_MS);
    admit("polite");
    // It waits for two of its own and two of the flood, 25 ms each; the third would come after 150 ms.
    expect(ask("polite")).toHaveProperty("request");
    expect(ask("polite")).toHaveProperty("retryAfterMs");
  });

  it("leaves nothing of a client that has ended, whatever its sums were", () => {
    const { admission, admit } = opened();
    for (let turn = 1; turn <= 50; turn++) {
      const [one, other] = [admit("a", 3), admit("b", 7)];
      for (const request of [one, other, one]) {
        request.begin();
        request.end({ threadMs: 10 / turn });
      }
      one.close();
      other.close();
      expect(admission.waitMs).toBe(0);
    }
  });
});
