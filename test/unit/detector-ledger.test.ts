import type { ServiceBroker } from "moleculer";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DetectorLedger, type DetectorLoad } from "../../lib/balancing/detector-ledger.ts";
import type { DetectorEndpoint } from "../../lib/balancing/detectors.ts";
import type { Priority } from "../../lib/contracts/priority.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const METADATA = { threads: 2, queueSize: 10, models: { "faces-haar": "ready" }, versions: {} };

function endpoint(id: string, more: Partial<DetectorEndpoint> = {}): DetectorEndpoint {
  const node = { lastHeartbeatTime: process.uptime(), seq: 1 };
  return { id, local: false, isAvailable: true, node, service: { metadata: METADATA }, ...more };
}

function ledgerOf(endpoints: readonly DetectorEndpoint[], staysLocal = false): DetectorLedger {
  const registry = { getActionEndpoints: () => ({ endpoints }) };
  return new DetectorLedger({ registry } as unknown as ServiceBroker, staysLocal);
}

const NONE: ReadonlySet<string> = new Set();
const idsOf = (ledger: DetectorLedger, priority: Priority, without = NONE) =>
  ledger.candidates(without, priority).map(({ nodeID }) => nodeID);

/** Of the only detector. */
function room(ledger: DetectorLedger, priority: Priority) {
  const [candidate] = ledger.candidates(NONE, priority);
  return { busy: candidate?.busy, capacity: candidate?.capacity, serviceMs: candidate?.serviceMs };
}

/** A ledger of one detector that has just answered a call of one image with its load. */
function answeredWith(load: DetectorLoad | undefined): DetectorLedger {
  const ledger = ledgerOf([endpoint("a")]);
  ledger.sent("a", "interactive", 1);
  ledger.answered("a", "interactive", 1, load);
  return ledger;
}

it("a detector that nothing is known of is free, for an image of each thread and those of its queue", () => {
  const [candidate] = ledgerOf([endpoint("a")]).candidates(NONE, "interactive");
  expect(candidate).toMatchObject({ nodeID: "a", isLocal: false, threads: 2, capacity: 12, busy: 0, serviceMs: 5 });
  expect(candidate?.models).toEqual(["faces-haar"]);
});

it("images that were sent are in flight until they are answered", () => {
  const ledger = ledgerOf([endpoint("a"), endpoint("b")]);
  ledger.sent("a", "interactive", 1);
  ledger.sent("a", "bulk", 4);
  const busy = () => ledger.candidates(NONE, "bulk").map((candidate) => candidate.busy);
  expect(busy()).toEqual([5, 0]);
  ledger.answered("a", "bulk", 4, undefined);
  expect(busy()).toEqual([1, 0]);
  ledger.answered("a", "interactive", 1, undefined);
  expect(busy()).toEqual([0, 0]);
});

it("images from other nodes count for a second, and how long an image takes for longer", () => {
  const ledger = ledgerOf([endpoint("a")]);
  ledger.sent("a", "interactive", 1);
  ledger.sent("a", "interactive", 2);
  // Two of the seven are still in flight from here.
  ledger.answered("a", "interactive", 1, { busy: 7, serviceMs: 80 });
  expect(room(ledger, "bulk")).toEqual({ busy: 7, capacity: 12, serviceMs: 80 });
  ledger.answered("a", "interactive", 2, { busy: 5, serviceMs: 90 });
  vi.advanceTimersByTime(999);
  expect(room(ledger, "bulk")).toEqual({ busy: 5, capacity: 12, serviceMs: 90 });
  vi.advanceTimersByTime(1);
  expect(room(ledger, "bulk")).toEqual({ busy: 0, capacity: 12, serviceMs: 90 });
});

it("a detector that reported less than what is in flight to it has no images from other nodes", () => {
  const ledger = ledgerOf([endpoint("a")]);
  ledger.sent("a", "bulk", 4);
  ledger.sent("a", "interactive", 1);
  ledger.answered("a", "interactive", 1, { busy: 1, bulk: 1, serviceMs: 5 });
  expect(room(ledger, "interactive")).toMatchObject({ busy: 4, capacity: 16 });
});

it("what a detector reported is forgotten when a call of it ends without an answer", () => {
  const ledger = answeredWith({ busy: 3, serviceMs: 80 });
  ledger.sent("a", "interactive", 1);
  ledger.sent("a", "interactive", 1);
  ledger.answered("a", "interactive", 1, undefined);
  expect(room(ledger, "bulk")).toMatchObject({ busy: 4, serviceMs: 80 });
  ledger.answered("a", "interactive", 1, undefined);
  expect(room(ledger, "bulk")).toMatchObject({ busy: 0, serviceMs: 5 });
});

it("images of requests overtake those of jobs, from this node and from others", () => {
  const ledger = answeredWith({ busy: 8, bulk: 5, serviceMs: 5 });
  ledger.sent("a", "bulk", 4);
  expect(room(ledger, "bulk")).toMatchObject({ busy: 12, capacity: 12 });
  expect(room(ledger, "interactive")).toMatchObject({ busy: 12, capacity: 12 + 5 + 4 });
  vi.advanceTimersByTime(1_000);
  expect(room(ledger, "interactive")).toMatchObject({ busy: 4, capacity: 12 + 4 });
  // Only three of the seven that it reports are from others.
  ledger.sent("a", "bulk", 1);
  ledger.answered("a", "bulk", 1, { busy: 8, bulk: 7, serviceMs: 5 });
  expect(room(ledger, "interactive")).toMatchObject({ busy: 8, capacity: 12 + 7 });
  ledger.answered("a", "bulk", 4, { busy: 0, serviceMs: 5 });
  expect(room(ledger, "interactive")).toMatchObject({ busy: 0, capacity: 12 });
});

it("a detector is silent after three seconds without a heartbeat, unless it is in this process", () => {
  const before = (seconds: number, local = false) =>
    endpoint("a", { local, node: { lastHeartbeatTime: process.uptime() - seconds, seq: 1 } });
  const isSilent = (detector: DetectorEndpoint) => ledgerOf([detector]).candidates(NONE, "bulk")[0]?.isSilent;
  expect([before(2), before(3.1), before(60), before(60, true)].map(isSilent)).toEqual([false, true, true, false]);
});

it("those that were tried are left out, and those that cannot be reached", () => {
  const ledger = ledgerOf([endpoint("a"), endpoint("b", { isAvailable: false }), endpoint("c")]);
  expect(idsOf(ledger, "interactive")).toEqual(["a", "c"]);
  expect(idsOf(ledger, "interactive", new Set(["a"]))).toEqual(["c"]);
});

it("where processes share the port, images of requests stay in theirs while it has a detector", () => {
  const detectors = [endpoint("a"), endpoint("own", { local: true })];
  const ledger = ledgerOf(detectors, true);
  expect(idsOf(ledger, "interactive")).toEqual(["own"]);
  expect(idsOf(ledger, "bulk")).toEqual(["a", "own"]);
  expect(idsOf(ledger, "interactive", new Set(["own"]))).toEqual(["a"]);
  expect(idsOf(ledgerOf(detectors, false), "interactive")).toEqual(["a", "own"]);
});

it("slow images of requests may go to other processes while their own has as many as wait for a thread", () => {
  const ledger = ledgerOf([endpoint("a"), endpoint("own", { local: true })], true);
  const idsFor = (bytes?: number, without = NONE) =>
    ledger.candidates(without, "interactive", bytes).map(({ nodeID }) => nodeID);
  const answer = (serviceMs: number) => {
    ledger.sent("own", "interactive", 1);
    ledger.answered("own", "interactive", 1, { busy: 4, serviceMs });
  };
  for (let sent = 0; sent < 3; sent++) ledger.sent("own", "interactive", 1);
  ledger.sent("own", "bulk", 20);
  answer(100);
  expect(idsFor(1_000)).toEqual(["own"]);
  ledger.sent("own", "interactive", 1);
  expect(idsFor(1_000)).toEqual(["a", "own"]);
  // Those of many bytes, and those that are not known to have few, stay.
  expect(idsFor(409_600)).toEqual(["a", "own"]);
  expect(idsFor(409_601)).toEqual(["own"]);
  expect(idsFor()).toEqual(["own"]);
  // So do quick ones, which this process handles as fast as it receives them.
  answer(19);
  expect(idsFor(1_000)).toEqual(["own"]);
});

it("images of requests stay while the other processes cannot be reached", () => {
  const registry = { getActionEndpoints: () => ({ endpoints: [endpoint("a"), endpoint("own", { local: true })] }) };
  const transit = { tx: { connected: true } };
  const ledger = new DetectorLedger({ registry, transit } as unknown as ServiceBroker, true);
  for (let sent = 0; sent < 5; sent++) ledger.sent("own", "interactive", 1);
  ledger.answered("own", "interactive", 1, { busy: 4, serviceMs: 100 });
  const ids = () => ledger.candidates(NONE, "interactive", 1_000).map(({ nodeID }) => nodeID);
  expect(ids()).toEqual(["a", "own"]);
  transit.tx.connected = false;
  expect(ids()).toEqual(["own"]);
});
