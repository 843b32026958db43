import { expect, test } from "vitest";
import { type LaneBacklog, LaneBacklogs } from "../../lib/backends/jetstream/lane-backlogs.ts";
import { LANES } from "../../lib/backends/jetstream/lanes.ts";

function next(backlogs: LaneBacklogs): LaneBacklog {
  const backlog = backlogs.next();
  if (!backlog) throw new Error("No lane is expected to have a task.");
  return backlog;
}

function order(backlogs: LaneBacklogs): string[] {
  const names: string[] = [];
  for (let backlog = backlogs.next(); backlog; backlog = backlogs.next())
    names.push(`${backlog.priority}.${backlog.lane}`);
  return names;
}

test("higher priorities come first, lanes of equal priority in turns, each as often as it has tasks", () => {
  const backlogs = new LaneBacklogs();
  backlogs.add(5, 1, 3);
  backlogs.add(5, 2, 2);
  backlogs.add(9, 1, 2);
  backlogs.expect(5, 3);
  expect(order(backlogs)).toEqual(["9.1", "9.1", "5.1", "5.2", "5.3", "5.1", "5.2", "5.1"]);
});

test("lanes for small jobs have every other turn", () => {
  const backlogs = new LaneBacklogs();
  for (const lane of [1, 2, 3]) backlogs.add(5, lane, 2);
  expect([next(backlogs).lane, next(backlogs).lane]).toEqual([1, 2]);
  backlogs.add(5, LANES - 1, 2);
  backlogs.add(5, LANES - 2, 1);
  expect(order(backlogs)).toEqual(["5.31", "5.3", "5.30", "5.1", "5.31", "5.2", "5.3"]);
});

test("a lane that had nothing is not asked again, unless new tasks were announced meanwhile", () => {
  const backlogs = new LaneBacklogs();
  backlogs.add(5, 1, 9);
  const backlog = next(backlogs);
  const { announcements } = backlog;
  backlogs.add(5, 1, 1);
  backlogs.rest(backlog, announcements);
  expect(next(backlogs)).toBe(backlog);
  backlogs.rest(backlog, backlog.announcements);
  expect(backlogs.next()).toBeUndefined();
});

test("a task that comes shows how many are left, less those asked for already", () => {
  const backlogs = new LaneBacklogs();
  backlogs.expect(5, 1);
  const first = next(backlogs);
  expect(backlogs.next()).toBeUndefined();
  backlogs.received(first, { announcements: first.announcements, pending: 3, isRedelivered: false });
  const { announcements } = next(backlogs);
  next(backlogs);
  // Another node took one.
  backlogs.received(first, { announcements, pending: 1, isRedelivered: false });
  expect(backlogs.next()).toBeUndefined();
});

test("a task that comes does not hide what was announced while it was asked for", () => {
  const backlogs = new LaneBacklogs();
  backlogs.add(5, 1, 1);
  const backlog = next(backlogs);
  const { announcements } = backlog;
  backlogs.add(5, 1, 2);
  backlogs.received(backlog, { announcements, pending: 0, isRedelivered: false });
  expect(order(backlogs)).toEqual(["5.1", "5.1"]);
});

test("after a redelivered task the lane is asked for another", () => {
  const backlogs = new LaneBacklogs();
  backlogs.expect(5, 1);
  const backlog = next(backlogs);
  backlogs.received(backlog, { announcements: backlog.announcements, pending: 0, isRedelivered: true });
  expect(next(backlogs)).toBe(backlog);
});

test("a lane that is asked already is not asked once more because it may have a task", () => {
  const backlogs = new LaneBacklogs();
  backlogs.expect(5, 1);
  const backlog = next(backlogs);
  backlogs.expect(5, 1);
  expect(backlogs.next()).toBeUndefined();
  backlogs.failed(backlog);
  backlogs.expect(5, 1);
  expect(next(backlogs)).toBe(backlog);
});

test("the depth of a lane is what was pushed, or was counted last", () => {
  const backlogs = new LaneBacklogs();
  expect(backlogs.depthOf(5, 1)).toBe(0);
  backlogs.addPushed(5, 1, 100);
  backlogs.addPushed(5, 2, 10);
  expect([backlogs.depthOf(5, 1), backlogs.depthOf(5, 2), backlogs.depthOf(6, 1)]).toEqual([100, 10, 0]);
  backlogs.setDepths([{ priority: 5, lane: 1, tasks: 70 }]);
  expect([backlogs.depthOf(5, 1), backlogs.depthOf(5, 2)]).toEqual([70, 0]);
  backlogs.add(5, 1, 70);
  const backlog = next(backlogs);
  backlogs.received(backlog, { announcements: backlog.announcements, pending: 60, isRedelivered: false });
  expect(backlogs.depthOf(5, 1)).toBe(60);
});
