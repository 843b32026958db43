import { describe, expect, test } from "vitest";
import { JobLanes } from "../../lib/backends/jetstream/job-lanes.ts";
import { LaneBacklogs } from "../../lib/backends/jetstream/lane-backlogs.ts";
import { candidateLanes, LANES, leastLoaded, partsOf, taskSubject } from "../../lib/backends/jetstream/lanes.ts";
import type { Task } from "../../lib/ports/task-queue.ts";
import { nameOf, taskOf, tasksOf } from "../ports/sample-tasks.ts";

const owners = Array.from({ length: 2000 }, (_, n) => ({ jobId: "job", owner: `owner${n}` }));
const sorted = (lanes: readonly number[]) => [...lanes].sort((a, b) => a - b);

describe("candidate lanes", () => {
  test("are four different ones of an owner, whatever its jobs are", () => {
    for (const { owner } of owners) {
      const lanes = candidateLanes({ jobId: "a", owner }, false);
      expect(new Set(lanes).size).toBe(4);
      expect(candidateLanes({ jobId: "b", owner }, false)).toEqual(lanes);
    }
  });

  test("of a small job are two more, in which there is no large job of anyone", () => {
    const large = new Set(owners.flatMap((owner) => candidateLanes(owner, false)));
    const small = owners.map((owner) => candidateLanes(owner, true));
    for (const [n, lanes] of small.entries()) {
      expect(lanes.slice(2)).toEqual(candidateLanes(owners[n] ?? { jobId: "" }, false));
      expect(lanes.slice(0, 2).some((lane) => large.has(lane))).toBe(false);
    }
    expect(sorted([...new Set(small.flat())])).toEqual(Array.from({ length: LANES }, (_, lane) => lane));
  });

  test("of a job without an owner follow from the job, and not as if it were an owner", () => {
    const all = ["a", "b", "c", "d"].flatMap((id) => [
      candidateLanes({ jobId: id }, true),
      candidateLanes({ jobId: "x", owner: id }, true),
    ]);
    expect(new Set(all.map((lanes) => lanes.join())).size).toBe(8);
  });

  test("are spread evenly", () => {
    for (const isSmall of [true, false]) {
      const counts = new Map<number, number>();
      for (const owner of owners)
        for (const lane of candidateLanes(owner, isSmall)) counts.set(lane, (counts.get(lane) ?? 0) + 1);
      // 4 of 24 lanes or 2 of 8, of 2000 owners: the standard deviation is 17 or 19.
      for (const [lane, count] of counts) expect(Math.abs(count - (lane < 24 ? 333 : 500))).toBeLessThan(100);
    }
  });

  test("are rarely all those of another owner", () => {
    const sets = owners.map((owner) => sorted(candidateLanes(owner, false)).join());
    expect(sets.filter((set) => set === sets[0]).length).toBeLessThan(4);
  });
});

test("the lane with the fewest tasks is chosen, of equal ones the first", () => {
  const depths = [3, 1, 0, 1];
  const depthOf = (lane: number) => depths[lane] ?? 0;
  expect([leastLoaded([0, 1, 3], depthOf), leastLoaded([3, 1], depthOf), leastLoaded([0, 2], depthOf)]).toEqual([
    1, 3, 2,
  ]);
});

describe("the lane of a job", () => {
  const lanesOf = (jobLanes: JobLanes, tasks: readonly Task[]) => jobLanes.assign(tasks).map(({ lane }) => lane);

  test("stays the same for the pages of its tasks, however many it gets", () => {
    const jobLanes = new JobLanes(new LaneBacklogs());
    const [lane = -1] = lanesOf(jobLanes, tasksOf("a", 500));
    expect(candidateLanes({ jobId: "a" }, false)).toContain(lane);
    for (let page = 0; page < 3; page++) expect(lanesOf(jobLanes, tasksOf("a", 500))).toEqual([lane]);
    // Even the last tasks.
    expect(lanesOf(jobLanes, tasksOf("a", 1))).toEqual([lane]);
  });

  test("is chosen by the depths of its priority", () => {
    const candidates = candidateLanes({ jobId: "a" }, false);
    const backlogs = new LaneBacklogs();
    for (const n of [0, 1, 3]) backlogs.addPushed(5, candidates[n] as number, 1);
    expect(lanesOf(new JobLanes(backlogs), tasksOf("a", 20))).toEqual([candidates[2]]);
    expect(lanesOf(new JobLanes(backlogs), tasksOf("a", 20, { priority: 6 }))).toEqual([candidates[0]]);
  });

  test("is another for each of an owner's first jobs, also for those of one push", () => {
    const jobs = ["a", "b", "c", "d"].flatMap((jobId) => tasksOf(jobId, 20, { owner: "o" }));
    const lanes = lanesOf(new JobLanes(new LaneBacklogs()), jobs);
    expect(lanes).toEqual(candidateLanes({ jobId: "", owner: "o" }, false));
  });

  test("is one for small jobs until it turns out to be large", () => {
    const jobLanes = new JobLanes(new LaneBacklogs());
    const [small, forAll] = [candidateLanes({ jobId: "a" }, true), candidateLanes({ jobId: "a" }, false)];
    for (const count of [3, 5]) expect(lanesOf(jobLanes, tasksOf("a", count))).toEqual([small[0]]);
    expect(lanesOf(jobLanes, tasksOf("a", 1))).toEqual([forAll[0]]);
  });

  test("is each job's own in a push of several", () => {
    const assigned = new JobLanes(new LaneBacklogs()).assign([...tasksOf("a", 2), taskOf("b", 0), taskOf("a", 2)]);
    expect(assigned.map(({ tasks }) => tasks.map(nameOf))).toEqual([["a0", "a1", "a2"], ["b0"]]);
  });
});

test("the subject of a task tells its priority, lane and number of images", () => {
  const task = taskOf("a", 64, { priority: 7, images: 32 });
  expect(partsOf(taskSubject("prefix", 12, task))).toEqual({ priority: 7, lane: 12, images: 32 });
  expect(partsOf("prefix.tasks.5.job")).toBeUndefined();
});
