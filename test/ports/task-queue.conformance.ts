import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Lease, Task, TaskQueue } from "../../lib/ports/task-queue.ts";
import type { Opened } from "./opened.ts";
import { nameOf, taskOf, tasksOf } from "./sample-tasks.ts";

/** Of the tests that take tasks and give them back: no machine is so slow that such a lease runs out. */
const LONG_MS = 60_000;

export interface TaskQueueTraits {
  /** For the tests that wait until a lease has run out, or a delay is over. */
  readonly leaseMs: number;
  /** Several servers keep them: what is acknowledged is counted for a moment yet, and what is dropped may come. */
  readonly isReplicated?: boolean;
}

export function taskQueueConformance(
  name: string,
  { leaseMs, isReplicated = false }: TaskQueueTraits,
  open: (leaseMs: number) => Promise<Opened<TaskQueue>>,
): void {
  describe(`TaskQueue: ${name}`, () => {
    let opened: Opened<TaskQueue>;
    let queue: TaskQueue;
    function useQueue(ms: number): void {
      beforeEach(async () => {
        opened = await open(ms);
        queue = opened.port;
      });
      afterEach(() => opened.close());
    }

    async function taken(): Promise<Lease> {
      const lease = await queue.take();
      if (!lease) throw new Error("The queue was closed.");
      return lease;
    }

    /** A task that waits for its delay, after an attempt. The queue must be empty of tasks that are not delayed. */
    async function pushDelayed(task: Task, delayMs: number): Promise<void> {
      await queue.push([task]);
      await (await taken()).retry(delayMs);
    }

    async function expectSoon<T>(count: () => Promise<T>, expected: T): Promise<void> {
      if (isReplicated) await expect.poll(count).toEqual(expected);
      else expect(await count()).toEqual(expected);
    }

    async function order(count: number): Promise<string[]> {
      const names: string[] = [];
      for (let n = 0; n < count; n++) {
        const lease = await taken();
        names.push(nameOf(lease.task));
        await lease.ack();
      }
      return names;
    }

    describe("whose leases last", () => {
      useQueue(LONG_MS);

      test("hands out a job's tasks in their order", async () => {
        await queue.push(tasksOf("a", 3));
        expect(await order(3)).toEqual(["a0", "a1", "a2"]);
        await expectSoon(() => queue.size(), 0);
      });

      test("does not let the jobs of one owner delay another owner's", async () => {
        for (let n = 0; n < 30; n++) await queue.push(tasksOf(`many${n}-`, 10, { owner: "many" }));
        await order(20);
        await queue.push(tasksOf("single", 1, { owner: "other" }));
        await queue.push(tasksOf("alone", 1));
        const names = await order(10);
        expect(names).toContain("single0");
        expect(names).toContain("alone0");
      });

      test("lets two large jobs share, and keeps the order of each", async () => {
        await queue.push(tasksOf("a", 20));
        await queue.push(tasksOf("b", 20));
        const names = await order(40);
        expect(names.filter((each) => each.startsWith("a"))).toEqual(tasksOf("a", 20).map(nameOf));
        expect(names.filter((each) => each.startsWith("b"))).toEqual(tasksOf("b", 20).map(nameOf));
        expect(names.indexOf("b4")).toBeLessThan(names.indexOf("a9"));
        expect(names.indexOf("a4")).toBeLessThan(names.indexOf("b9"));
      });

      test("counts the images that tasks stand for", async () => {
        await pushDelayed(taskOf("c", 0, { images: 3 }), LONG_MS);
        await queue.push([taskOf("a", 0, { images: 32 }), taskOf("a", 32, { images: 5 })]);
        await queue.push([taskOf("b", 0, { images: 32 }), taskOf("b", 0, { image: 4 })]);
        expect(await queue.size()).toBe(73);
        const first = await taken();
        expect(await queue.size()).toBe(73);
        await first.ack();
        await expectSoon(() => queue.size(), 73 - first.task.images);
        await queue.dropJob("a");
        await queue.dropJob("b");
        await expectSoon(() => queue.size(), 3);
      });

      test("hands out higher priorities first", async () => {
        await queue.push(tasksOf("bulk", 2, { priority: 1 }));
        await queue.push(tasksOf("urgent", 2, { priority: 9 }));
        await queue.push(tasksOf("usual", 1));
        expect(await order(5)).toEqual(["urgent0", "urgent1", "usual0", "bulk0", "bulk1"]);
      });

      test("hands a task out again that was pushed while it was leased", async () => {
        await queue.push(tasksOf("a", 1));
        const first = await taken();
        await queue.push(tasksOf("a", 1));
        const second = await taken();
        expect(second.task).toEqual(first.task);
        await Promise.all([first.ack(), second.ack()]);
        await expectSoon(() => queue.size(), 0);
      });

      test("tells the deliveries of a task from those of an equal one", async () => {
        await queue.push(tasksOf("a", 1));
        const first = await taken();
        await queue.push(tasksOf("a", 1));
        const equal = await taken();
        expect(equal.id).not.toBe(first.id);
        await equal.ack();
        await first.retry(0);
        const again = await taken();
        expect(again.id).toBe(first.id);
        await again.retry(1);
        const last = await taken();
        expect(last.id).toBe(first.id);
        await last.ack();
      });

      test("delivers a task as it was pushed", async () => {
        const task = {
          jobId: "a",
          parcel: 64,
          image: 70,
          images: 1,
          priority: 3,
          owner: "o",
          exclusive: true,
        } as const;
        await queue.push([task]);
        expect((await taken()).task).toEqual(task);
      });

      test("tells whether a job has tasks, and counts those that are not over", async () => {
        expect((await queue.jobsWithTasks()).has("a")).toBe(false);
        await pushDelayed(taskOf("late", 0), LONG_MS);
        await queue.push(tasksOf("a", 1));
        expect([
          (await queue.jobsWithTasks()).has("a"),
          (await queue.jobsWithTasks()).has("late"),
          await queue.size(),
        ]).toEqual([true, true, 2]);
        const lease = await taken();
        expect([(await queue.jobsWithTasks()).has("a"), await queue.size()]).toEqual([true, 2]);
        await lease.retry(0);
        expect((await queue.jobsWithTasks()).has("a")).toBe(true);
        await (await taken()).ack();
        const counts = async () => [
          (await queue.jobsWithTasks()).has("a"),
          (await queue.jobsWithTasks()).has("late"),
          await queue.size(),
        ];
        await expectSoon(counts, [false, true, 1]);
      });

      test("serves a consumer that waits", async () => {
        const lease = taken();
        await queue.push(tasksOf("a", 1));
        expect((await lease).task).toEqual(taskOf("a", 0));
        expect((await lease).delivery).toBe(1);
      });

      test("gives a task to one of many consumers", async () => {
        const leases = Promise.all([taken(), taken(), taken()]);
        await queue.push(tasksOf("a", 3));
        const parcels = (await leases).map(({ task }) => task.parcel);
        expect(parcels.sort()).toEqual([0, 1, 2]);
      });

      test("takes a task back, for after a delay", async () => {
        await queue.push(tasksOf("a", 1));
        const retriedAt = performance.now();
        await (await taken()).retry(2 * leaseMs);
        expect(await queue.size()).toBe(1);
        const again = await taken();
        // Timers may fire a millisecond early.
        expect(performance.now() - retriedAt).toBeGreaterThan(2 * leaseMs - 2);
        expect(again.delivery).toBe(2);
      });

      test("defers delayed tasks, and others not because of them", async () => {
        await pushDelayed(taskOf("last", 0), LONG_MS);
        await queue.push(tasksOf("soon", 1));
        expect(await queue.size()).toBe(2);
        expect(await order(1)).toEqual(["soon0"]);
        const pushedAt = performance.now();
        await pushDelayed(taskOf("late", 0), 2 * leaseMs);
        expect(await order(1)).toEqual(["late0"]);
        expect(performance.now() - pushedAt).toBeGreaterThan(2 * leaseMs - 2);
      });

      test("forgets all tasks of a job", async () => {
        await pushDelayed(taskOf("a", 9), LONG_MS);
        await queue.push(tasksOf("a", 3));
        await queue.push(tasksOf("b", 1));
        await taken();
        await queue.dropJob("a");
        for (const jobId of ["*", ">", ""]) await queue.dropJob(jobId);
        expect(await queue.size()).toBe(1);
        const names = await order(1);
        while (isReplicated && names.at(-1)?.startsWith("a")) names.push(...(await order(1)));
        expect(names.at(-1)).toBe("b0");
      });

      test("stops waiting when the consumer no longer wants to", async () => {
        const stop = new AbortController();
        const lease = queue.take(stop.signal);
        stop.abort();
        expect(await lease).toBeUndefined();
        await queue.push(tasksOf("a", 1));
        expect(await queue.take(stop.signal)).toBeUndefined();
        expect(await queue.size()).toBe(1);
      });

      test("ends all waiting when it is closed", async () => {
        const leases = [queue.take(), queue.take()];
        await queue.close();
        expect(await Promise.all(leases)).toEqual([undefined, undefined]);
        expect(await queue.take()).toBeUndefined();
      });
    });

    describe("whose leases run out", () => {
      useQueue(leaseMs);

      test("hands a task out again when its lease has run out", async () => {
        await queue.push(tasksOf("a", 1));
        const first = await taken();
        const second = await taken();
        expect(second.task).toEqual(first.task);
        expect(second.delivery).toBe(2);
        // Too late: the task is the second consumer's now.
        await first.ack();
        expect((await taken()).delivery).toBe(3);
      });

      test("does not hand out again what is acknowledged", async () => {
        await queue.push(tasksOf("a", 2));
        const handedOut: string[] = [];
        const acknowledged: string[] = [];
        /** The earliest time at which the latest lease of each task ends. */
        const endsAt = new Map<string, number>();
        for (;;) {
          const askedAt = performance.now();
          const lease = await queue.take(AbortSignal.timeout(3 * leaseMs));
          if (!lease) break;
          const name = nameOf(lease.task);
          expect(acknowledged).not.toContain(name);
          const isFirst = !handedOut.includes(name);
          handedOut.push(name);
          expect(handedOut.length).toBeLessThan(20);
          const end = Math.max(askedAt, endsAt.get(name) ?? 0) + leaseMs;
          endsAt.set(name, end);
          // Its first lease runs out.
          if (isFirst && name === "a1") continue;
          await lease.ack();
          // Otherwise, the lease may have run out before, because the machine stood still. Then the task comes again.
          if (performance.now() < end) acknowledged.push(name);
        }
        expect(handedOut).toContain("a0");
        expect(handedOut.filter((each) => each === "a1").length).toBeGreaterThan(1);
      });

      test("leaves a task with its consumer while the lease is extended", async () => {
        await queue.push(tasksOf("a", 1));
        const lease = await taken();
        let extendedAt = performance.now();
        const extending = setInterval(() => {
          const isInTime = performance.now() - extendedAt < leaseMs / 2;
          if (isInTime) extendedAt = performance.now();
          lease.extend();
        }, leaseMs / 5);
        const again = taken();
        setTimeout(() => clearInterval(extending), 3 * leaseMs);
        expect((await again).delivery).toBe(2);
        // Not since the beginning: where the machine stood still for so long, the lease was not extended in time.
        expect(performance.now() - extendedAt).toBeGreaterThan(leaseMs - 2);
      });

      test("forgets the tasks of a job that are leased or delayed", async () => {
        await pushDelayed(taskOf("a", 9), leaseMs);
        await queue.push(tasksOf("a", 1));
        await taken();
        await queue.dropJob("a");
        expect(await queue.take(AbortSignal.timeout(3 * leaseMs))).toBeUndefined();
      });
    });
  });
}
