import { describe, expect, it } from "vitest";
import { type Candidate, chooseDetector, retryAfterSeconds } from "../../lib/balancing/choose-detector.ts";

function detector(nodeID: string, busy: number, more: Partial<Candidate> = {}): Candidate {
  return {
    nodeID,
    busy,
    isLocal: false,
    isSilent: false,
    threads: 2,
    capacity: 10,
    serviceMs: 5,
    models: ["faces-haar"],
    ...more,
  };
}

const chosen = (candidates: Candidate[], turn = 0) => chooseDetector(candidates, turn)?.nodeID;

describe("the detector of the next image", () => {
  it("is the one with the fewest images for each of its threads", () => {
    expect(chosen([detector("a", 2), detector("b", 1)])).toBe("b");
    expect(chosen([detector("a", 2), detector("b", 3, { threads: 4 })])).toBe("b");
    expect(chosen([detector("a", 1), detector("b", 3, { threads: 4 })])).toBe("a");
  });

  it("is each of equals in turn", () => {
    const equals = [detector("a", 1), detector("b", 1), detector("c", 5)];
    expect([0, 1, 2, 3].map((turn) => chosen(equals, turn))).toEqual(["a", "b", "a", "b"]);
  });

  it("is the one in this process while it has an idle thread, and among equals, but not beyond", () => {
    expect(chosen([detector("a", 0), detector("b", 1, { isLocal: true })])).toBe("b");
    expect(chosen([detector("a", 0), detector("b", 2, { isLocal: true })])).toBe("a");
    expect(chosen([detector("a", 4), detector("b", 4, { isLocal: true })], 0)).toBe("b");
  });

  it("is never a full one", () => {
    expect(chosen([detector("a", 10), detector("b", 40, { threads: 8, capacity: 41 })])).toBe("b");
    expect(chosen([detector("a", 10), detector("b", 10)])).toBeUndefined();
    expect(chosen([])).toBeUndefined();
  });

  it("is a silent one only if there is no other with room", () => {
    const silent = detector("a", 0, { isSilent: true });
    expect(chosen([silent, detector("b", 9)])).toBe("b");
    expect(chosen([silent, detector("b", 10)])).toBe("a");
  });

  it("gives a slow one less: its images stay longer", () => {
    const busy = { fast: 0, slow: 0 };
    const served = { fast: 0, slow: 0 };
    // The fast one ends two images in a step, the slow one one in two steps; four new ones come while there is room.
    for (let step = 0; step < 1000; step++) {
      for (let image = 0; image < 4; image++) {
        const name = chosen([detector("fast", busy.fast), detector("slow", busy.slow)], image) as
          | keyof typeof busy
          | undefined;
        if (name) busy[name]++;
        if (name) served[name]++;
      }
      busy.fast = Math.max(0, busy.fast - 2);
      if (step % 2 === 0) busy.slow = Math.max(0, busy.slow - 1);
    }
    expect(served.fast / served.slow).toBeGreaterThan(3);
  });

  it("is worth waiting for as long as the shortest queue takes", () => {
    const full = detector("a", 1002, { serviceMs: 10 });
    expect(retryAfterSeconds([full])).toBe(5);
    expect(retryAfterSeconds([full, detector("b", 402, { serviceMs: 10 })])).toBe(2);
    expect(retryAfterSeconds([detector("a", 2)])).toBe(1);
    expect(retryAfterSeconds([detector("a", 403, { serviceMs: 10 })])).toBe(3);
  });
});
