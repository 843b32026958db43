import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jobStates } from "../../lib/contracts/job-states.ts";
import { jobDeletedEvent } from "../../lib/jobs/events.ts";
import { cancelJob, failImage, finishJob, retryImage, startAttempt, startJob } from "../../lib/jobs/transitions.ts";
import type { JobFilter, JobPageRequest, JobStore } from "../../lib/ports/job-store.ts";
import { updateImage } from "../support/update-image.ts";
import type { Opened } from "./opened.ts";
import { created, files, later, now, problem, queued } from "./sample-jobs.ts";

export function jobStoreQueriesConformance(name: string, open: () => Promise<Opened<JobStore>>): void {
  describe(`JobStore's lists and keys: ${name}`, () => {
    let opened: Opened<JobStore>;
    let store: JobStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    async function allPages(request: JobPageRequest): Promise<string[][]> {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await store.listJobs({ ...request, ...(cursor && { cursor }) });
        pages.push(page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      return pages;
    }

    const idsOf = async (filter: JobFilter) => (await allPages({ limit: 100, filter })).flat().sort();

    test("pages through jobs without losing or repeating any, equal ones included", async () => {
      const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
      for (const [id, second] of Object.entries({ a: 1, b: 2, c: 2, d: 2, e: 3 }))
        await store.insertJob(created(id, {}, at(second)), []);
      expect(await allPages({ limit: 2 })).toEqual([["e", "d"], ["c", "b"], ["a"]]);
      const sort = { by: "createdAt", descending: false } as const;
      expect(await allPages({ limit: 2, sort })).toEqual([["a", "b"], ["c", "d"], ["e"]]);
      expect(await allPages({ limit: 5 })).toEqual([["e", "d", "c", "b", "a"]]);
    });

    test("goes on where it was when jobs are added meanwhile", async () => {
      for (const id of ["b", "d"]) await store.insertJob(created(id), []);
      const { items, nextCursor: cursor } = await store.listJobs({ limit: 1 });
      await store.insertJob(created("e"), []);
      expect(items.map(({ id }) => id)).toEqual(["d"]);
      const next = await store.listJobs({ limit: 9, ...(cursor && { cursor }) });
      expect(next.items.map(({ id }) => id)).toEqual(["b"]);
    });

    test("sorts by priority", async () => {
      for (const [id, priority] of Object.entries({ a: 5, b: 9, c: 0, d: 5 }))
        await store.insertJob(created(id, { priority }), []);
      const sort = (descending: boolean) => ({ by: "priority" as const, descending });
      expect(await allPages({ limit: 2, sort: sort(true) })).toEqual([
        ["b", "d"],
        ["a", "c"],
      ]);
      expect(await allPages({ limit: 3, sort: sort(false) })).toEqual([["c", "a", "d"], ["b"]]);
      await store.insertJob(queued("e", { priority: 5, labels: { team: "x" }, owner: "o" }), []);
      expect((await allPages({ limit: 2, sort: sort(true) })).flat()).toEqual(["b", "e", "d", "a", "c"]);
      const filtered = (filter: JobFilter) => allPages({ limit: 1, sort: sort(true), filter });
      expect(await filtered({ labels: { team: "x" } })).toEqual([["e"]]);
      expect((await filtered({ owner: null, model: "faces-haar" })).flat()).toEqual(["b", "d", "a", "c"]);
      expect((await filtered({ states: ["created", "running"] })).flat()).toEqual(["b", "d", "a", "c"]);
    });

    test("filters jobs by each property, and by all together", async () => {
      await store.insertJob(created("a", { labels: { team: "x", env: "test" }, owner: "o" }), []);
      await store.insertJob(queued("b", { labels: { team: "x" }, model: "objects" }), []);
      await store.insertJob(created("c", { labels: { team: "y" } }, later), []);
      expect(await idsOf({ states: ["created"] })).toEqual(["a", "c"]);
      expect(await idsOf({ states: ["queued", "running"] })).toEqual(["b"]);
      expect(await idsOf({ states: jobStates })).toEqual(["a", "b", "c"]);
      expect(await idsOf({ states: [] })).toEqual([]);
      expect(await idsOf({ model: "objects" })).toEqual(["b"]);
      expect(await idsOf({ owner: "o" })).toEqual(["a"]);
      expect(await idsOf({ labels: { team: "x" } })).toEqual(["a", "b"]);
      expect(await idsOf({ labels: { team: "x", env: "test" } })).toEqual(["a"]);
      expect(await idsOf({ labels: { missing: "x" } })).toEqual([]);
      expect(await idsOf({ createdFrom: later })).toEqual(["c"]);
      expect(await idsOf({ createdBefore: later })).toEqual(["a", "b"]);
      const all = { states: ["created"], model: "faces-haar", labels: { team: "x" }, createdFrom: now } as const;
      expect(await idsOf(all)).toEqual(["a"]);
    });

    test("finds jobs by the beginning of their ids, and pages through them", async () => {
      for (const [index, id] of ["b0-1", "ab-1", "ab-3", "ab-2", "ac-1", "abc"].entries())
        await store.insertJob(
          created(id, { labels: { parity: String(index % 2) } }, `2026-01-01T00:00:0${index}.000Z`),
          [],
        );
      expect(await allPages({ limit: 2, filter: { idPrefix: "ab" } })).toEqual([
        ["abc", "ab-2"],
        ["ab-3", "ab-1"],
      ]);
      expect(await idsOf({ idPrefix: "ab-1" })).toEqual(["ab-1"]);
      expect(await idsOf({ idPrefix: "ab", labels: { parity: "1" }, states: ["created"] })).toEqual([
        "ab-1",
        "ab-2",
        "abc",
      ]);
      expect(await idsOf({ idPrefix: "%" })).toEqual([]);
    });

    test("pages through jobs of several states, labels, models and owners in one order, each job once", async () => {
      const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, "0")}:00.000Z`;
      const ids: string[] = [];
      for (let n = 0; n < 24; n++) {
        const id = `job-${String(n).padStart(2, "0")}`;
        const labels = { third: String(n % 3), half: String(n % 2) };
        const fields = { labels, model: n % 4 === 0 ? "objects,faces-haar" : "faces-haar", owner: n % 5 ? "o" : "p" };
        await store.insertJob((n % 2 ? queued : created)(id, fields, at(Math.floor(n / 2))), []);
        if (n % 6 === 0) await store.updateJob(id, (job) => cancelJob(job, later));
        ids.unshift(id);
      }
      const expected = (isIn: (n: number) => boolean) => ids.filter((id) => isIn(Number(id.slice(-2))));
      const listed = async (filter: JobFilter, limit = 3) => {
        const pages = await allPages({ limit, filter });
        const reversed = await allPages({ limit, filter, sort: { by: "createdAt", descending: false } });
        expect(reversed.flat()).toEqual(pages.flat().reverse());
        return pages.flat();
      };
      const [created_, cancelled, queued_] = [
        (n: number) => n % 2 === 0 && n % 6 !== 0,
        (n: number) => n % 6 === 0,
        (n: number) => n % 2 === 1,
      ];
      expect(await listed({ states: ["created", "cancelled", "created"] })).toEqual(
        expected((n) => created_(n) || cancelled(n)),
      );
      expect(await listed({ labels: { third: "0" } })).toEqual(expected((n) => n % 3 === 0));
      expect(await listed({ labels: { third: "0", half: "1" } })).toEqual(expected((n) => n % 3 === 0 && n % 2 === 1));
      expect(await listed({ labels: { third: "0" }, states: ["cancelled"] })).toEqual(expected(cancelled));
      expect(await listed({ model: "objects" })).toEqual(expected((n) => n % 4 === 0));
      expect(await listed({ model: "faces-haar", states: ["queued"], owner: "o" })).toEqual(
        expected((n) => queued_(n) && n % 5 !== 0),
      );
      expect(await listed({ model: "objects", labels: { third: "1" }, owner: "o" })).toEqual(
        expected((n) => n % 4 === 0 && n % 3 === 1 && n % 5 !== 0),
      );
      expect(await listed({ states: ["created"], owner: "p", createdFrom: at(2), createdBefore: at(9) })).toEqual(
        expected((n) => created_(n) && n % 5 === 0 && n >= 4 && n < 18),
      );
      expect(await listed({ model: "objects", states: [] })).toEqual([]);
      await store.deleteJob("job-09", (job) => jobDeletedEvent(job, later));
      expect(await listed({ labels: { third: "0", half: "1" } })).not.toContain("job-09");
    });

    test("finds a job of several models by each of them", async () => {
      await store.insertJob(created("both", { model: "faces-yunet,objects" }), []);
      await store.insertJob(created("one", { model: "objects" }), []);
      expect(await idsOf({ model: "objects" })).toEqual(["both", "one"]);
      expect(await idsOf({ model: "faces-yunet" })).toEqual(["both"]);
      for (const model of ["faces", "yunet", "object", "faces-yunet,", ",", "faces.yunet"])
        expect(await idsOf({ model })).toEqual([]);
    });

    test.each(["nonsense", "bnVsbA", "WzEsMiwzXQ", "W251bGwsMV0"])("refuses %s as a cursor", async (cursor) => {
      await expect(store.listJobs({ limit: 1, cursor })).rejects.toMatchObject({ type: "INVALID_OPTION" });
      await expect(store.listDeadLetters({ limit: 1, cursor })).rejects.toMatchObject({ type: "INVALID_OPTION" });
    });

    test("refuses the cursor of another order, and of another list", async () => {
      for (const n of [0, 1]) await store.insertJob(created(`two-${n}`), []);
      const { nextCursor: cursor = "" } = await store.listJobs({ limit: 1 });
      const byPriority = { by: "priority", descending: true } as const;
      const elsewhere = [
        store.listJobs({ limit: 1, sort: byPriority, cursor }),
        store.listDeadLetters({ limit: 1, cursor }),
      ];
      for (const page of elsewhere) await expect(page).rejects.toMatchObject({ type: "INVALID_OPTION" });
    });

    test("counts jobs by state, those of no state included", async () => {
      const none = Object.fromEntries(jobStates.map((state) => [state, 0]));
      expect(await store.countJobs()).toEqual(none);
      for (const id of ["a", "b"]) await store.insertJob(created(id), []);
      await store.insertJob(queued("c"), files(1));
      await store.updateJob("b", (job) => cancelJob(job, later));
      expect(await store.countJobs()).toEqual({ ...none, created: 1, queued: 1, cancelled: 1 });
      await store.updateJob("c", (job) => startJob(job, later));
      // Changed, but not in its state.
      await store.updateJob("a", (job) => ({ next: { ...job, priority: 9, revision: job.revision + 1 }, events: [] }));
      await store.deleteJob("b", (job) => jobDeletedEvent(job, later));
      expect(await store.countJobs()).toEqual({ ...none, created: 1, running: 1 });
    });

    test("counts the jobs of an owner by state, and of no owner", async () => {
      const none = Object.fromEntries(jobStates.map((state) => [state, 0]));
      await store.insertJob(created("a", { owner: "o" }), []);
      await store.insertJob(queued("b", { owner: "o" }), files(1));
      await store.insertJob(created("c", { owner: "p" }), []);
      await store.insertJob(created("d"), []);
      await store.updateJob("b", (job) => startJob(job, later));
      expect(await store.countJobs({ owner: "o" })).toEqual({ ...none, created: 1, running: 1 });
      await store.deleteJob("a", (job) => jobDeletedEvent(job, later));
      expect(await store.countJobs({ owner: "o" })).toEqual({ ...none, running: 1 });
      expect(await store.countJobs({ owner: "p" })).toEqual({ ...none, created: 1 });
      expect(await store.countJobs({ owner: null })).toEqual({ ...none, created: 1 });
      expect(await store.countJobs({ owner: "nobody" })).toEqual(none);
      expect(await store.countJobs()).toEqual({ ...none, created: 2, running: 1 });
    });

    test("pages through a job's images, all or by state", async () => {
      await store.insertJob(queued("job"), files(12));
      await store.insertJob(queued("other"), files(3));
      for (const index of [1, 4, 11]) await updateImage(store, "job", index, (i) => startAttempt(i, now));
      const indexes = async (after: number | undefined, limit: number, states?: ["running"]) => {
        const request = { limit, ...(after !== undefined && { after }), ...(states && { states }) };
        return (await store.listImages("job", request)).map(({ index }) => index);
      };
      expect(await indexes(undefined, 5)).toEqual([0, 1, 2, 3, 4]);
      expect(await indexes(9, 5)).toEqual([10, 11]);
      expect(await indexes(undefined, 2, ["running"])).toEqual([1, 4]);
      expect(await indexes(4, 2, ["running"])).toEqual([11]);
      expect(await indexes(1, 1, ["running"])).toEqual([4]);
      expect(await indexes(11, 2, ["running"])).toEqual([]);
    });

    test("lists images that were given up until they are retried, by owner", async () => {
      const owned = files(3).map((file) => ({ ...file, owner: "o" }));
      await store.insertJob(queued("a", { owner: "o" }), owned);
      await store.insertJob(queued("b"), files(2));
      await updateImage(store, "a", 0, (i) => failImage(i, problem, false, now));
      for (const [jobId, index] of [
        ["a", 1],
        ["a", 2],
        ["b", 0],
      ] as const)
        await updateImage(store, jobId, index, (i) => failImage(i, problem, true, now));
      const first = await store.listDeadLetters({ limit: 2 });
      expect(first.items.map(({ jobId, index }) => [jobId, index])).toEqual([
        ["a", 1],
        ["a", 2],
      ]);
      expect(first.items[0]).toMatchObject({ problem, givenUp: true });
      const second = await store.listDeadLetters({ limit: 2, ...(first.nextCursor && { cursor: first.nextCursor }) });
      expect(second.items.map(({ jobId, index }) => [jobId, index])).toEqual([["b", 0]]);
      expect(second.nextCursor).toBeUndefined();
      await updateImage(store, "a", 1, (i) => retryImage(i, 2, now));
      const of = async (owner: string | null) =>
        (await store.listDeadLetters({ limit: 9, owner })).items.map(({ jobId, index }) => [jobId, index]);
      expect([await of("o"), await of("p"), await of(null)]).toEqual([[["a", 2]], [], [["b", 0]]]);
    });

    test("lists jobs that were finished before a time, oldest first", async () => {
      for (const id of ["a", "b", "c", "open"]) await store.insertJob(queued(id), []);
      await store.updateJob("a", (job) => cancelJob(job, "2026-02-02T00:00:00.000Z"));
      await store.updateJob("b", (job) => cancelJob(job, "2026-02-01T00:00:00.000Z"));
      await store.updateJob("c", (job) => cancelJob(job, "2026-02-03T00:00:00.000Z"));
      const ids = async (time: string, limit: number) =>
        (await store.jobsFinishedBefore(time, limit)).map(({ id }) => id);
      expect(await ids("2026-02-03T00:00:00.000Z", 9)).toEqual(["b", "a"]);
      expect(await ids("2026-02-04T00:00:00.000Z", 1)).toEqual(["b"]);
    });

    test("lists finished jobs of some states, page by page, also those of one time", async () => {
      const time = "2026-02-01T00:00:00.000Z";
      for (const id of ["a", "b", "c", "d", "e"]) {
        await store.insertJob(queued(id), files(1));
        await updateImage(store, id, 0, (image) => failImage(image, problem, false, now));
        const counts = await store.countImages(id);
        await store.updateJob(id, (job) => (id === "c" ? cancelJob(job, time) : finishJob(job, counts, time)));
      }
      const failed = (after?: { id: string; finishedAt: string }) =>
        store.jobsFinishedBefore("2026-02-02T00:00:00.000Z", 2, { states: ["failed"], ...(after && { after }) });
      const idsAfter = async (id: string, finishedAt = time) => (await failed({ id, finishedAt })).map((job) => job.id);
      expect((await failed()).map(({ id }) => id)).toEqual(["a", "b"]);
      expect(await idsAfter("b")).toEqual(["d", "e"]);
      expect(await idsAfter("e")).toEqual([]);
      expect(await idsAfter("e", "2026-01-31T00:00:00.000Z")).toEqual(["a", "b"]);
    });

    describe("idempotency keys", () => {
      const key = { owner: "o", key: "k" };
      const long = "2025-01-01T00:00:00.000Z";
      const claim = (jobId: string, claimedAt = now, staleBefore = long) =>
        store.claimIdempotencyKey({ ...key, jobId, claimant: jobId, claimedAt }, staleBefore);
      const renew = (jobId: string) => store.renewIdempotencyKey({ ...key, jobId, claimant: jobId, claimedAt: later });

      test("are claimed by one of many", async () => {
        const claims = await Promise.all(Array.from({ length: 10 }, (_, n) => claim(`job${n}`)));
        const refused = claims.filter((record) => record !== undefined);
        expect(refused.length).toBe(9);
        const winner = `job${claims.indexOf(undefined)}`;
        for (const record of refused)
          expect(record).toEqual({ ...key, jobId: winner, claimant: winner, claimedAt: now });
      });

      test("of different owners have nothing to do with each other", async () => {
        expect(await claim("a")).toBeUndefined();
        const other = { owner: "p", key: "k", jobId: "b", claimant: "b", claimedAt: now };
        expect(await store.claimIdempotencyKey(other, long)).toBeUndefined();
      });

      test("are completed with their job", async () => {
        await claim("job");
        await store.insertJob(created("job"), [], { ...key, claimant: "job", fingerprint: "f" });
        expect(await claim("other", later, later)).toEqual({
          ...key,
          jobId: "job",
          claimant: "job",
          claimedAt: now,
          fingerprint: "f",
        });
        await store.releaseIdempotencyKey({ ...key, jobId: "job", claimant: "job" });
        expect(await claim("other")).toMatchObject({ fingerprint: "f" });
      });

      test("can be claimed again when released, though not by another's release", async () => {
        await claim("job");
        await store.releaseIdempotencyKey({ ...key, jobId: "job", claimant: "other" });
        expect(await claim("next")).toMatchObject({ jobId: "job" });
        await store.releaseIdempotencyKey({ ...key, jobId: "job", claimant: "job" });
        expect(await claim("next")).toBeUndefined();
      });

      test("are taken over from a request that is long in flight", async () => {
        await claim("dead", now);
        expect(await claim("next", later, now)).toMatchObject({ jobId: "dead" });
        expect(await claim("next", later, later)).toBeUndefined();
        expect(await claim("third", later)).toMatchObject({ jobId: "next", claimedAt: later });
      });

      test("are taken over from a request whose node's clock was far ahead, not from one whose clock is a little", async () => {
        const ahead = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();
        await claim("ahead", ahead(5));
        expect(await claim("next")).toMatchObject({ jobId: "ahead" });
        await store.releaseIdempotencyKey({ ...key, jobId: "ahead", claimant: "ahead" });
        await claim("far ahead", ahead(24 * 60));
        expect(await claim("next")).toBeUndefined();
        expect(await claim("third")).toMatchObject({ jobId: "next" });
      });

      test("are renewed by who has them, and then not taken over", async () => {
        await claim("slow", now);
        await renew("slow");
        expect(await claim("next", later, later)).toMatchObject({ jobId: "slow", claimedAt: later });
        // As a call that is repeated after a lost answer.
        expect(await claim("slow", later)).toBeUndefined();
      });

      test("are not held again by a renewal that comes late", async () => {
        await claim("failed");
        await store.releaseIdempotencyKey({ ...key, jobId: "failed", claimant: "failed" });
        await renew("failed");
        expect(await claim("next")).toBeUndefined();
        await renew("failed");
        expect(await claim("third")).toEqual({ ...key, jobId: "next", claimant: "next", claimedAt: now });
        await store.insertJob(created("next"), [], { ...key, claimant: "next", fingerprint: "f" });
        await renew("next");
        expect(await claim("third")).toMatchObject({ fingerprint: "f", claimedAt: now });
      });

      test("that were taken over are not completed by whom they were taken from", async () => {
        await claim("slow", now);
        await claim("next", later, later);
        const insert = (id: string) => store.insertJob(created(id), [], { ...key, claimant: id, fingerprint: "f" });
        await expect(insert("slow")).rejects.toMatchObject({ type: "IDEMPOTENCY_KEY_IN_USE" });
        expect(await store.getJob("slow")).toBeUndefined();
        await insert("next");
        expect(await claim("third", later)).toMatchObject({ jobId: "next", fingerprint: "f" });
      });

      test("that were taken over or released change nothing any more, even when all traces of others are gone", async () => {
        const insert = (id: string) => store.insertJob(created(id), [], { ...key, claimant: id, fingerprint: "f" });
        const inUse = { type: "IDEMPOTENCY_KEY_IN_USE" };
        await claim("slow", now);
        await claim("next", later, later);
        await insert("next");
        await store.deleteJob("next", ({ id }) => ({ ...created(id).events[0], id: "gone" }) as never);
        await expect(insert("slow")).rejects.toMatchObject(inUse);
        await claim("failed");
        await store.releaseIdempotencyKey({ ...key, jobId: "failed", claimant: "failed" });
        await expect(insert("failed")).rejects.toMatchObject(inUse);
        expect((await store.listJobs({ limit: 9 })).items).toEqual([]);
        expect(await claim("last")).toBeUndefined();
        await insert("last");
        const addition = { ...key, key: "l", jobId: "last", claimedAt: now };
        await store.claimIdempotencyKey({ ...addition, claimant: "slow adder" }, long);
        await store.claimIdempotencyKey({ ...addition, claimant: "next adder" }, later);
        const add = (claimant: string) =>
          store.addImages("last", [], later, { idempotency: { ...key, key: "l", claimant, fingerprint: "f" } });
        await expect(add("slow adder")).rejects.toMatchObject(inUse);
        await add("next adder");
        expect(await store.claimIdempotencyKey({ ...addition, claimant: "third adder" }, later)).toMatchObject({
          claimant: "next adder",
          fingerprint: "f",
        });
      });

      test("that come with a fingerprint are complete at once, for one of many, and are not released", async () => {
        const first = (claimant: string, claimedAt = now, staleBefore = long) => {
          const record = { ...key, jobId: claimant, claimant, claimedAt, fingerprint: `f of ${claimant}` };
          return store.claimIdempotencyKey(record, staleBefore);
        };
        const names = Array.from({ length: 10 }, (_, n) => `a${n}`);
        const records = await Promise.all(names.map((name) => first(name)));
        const winner = names[records.indexOf(undefined)] as string;
        const won = { ...key, jobId: winner, claimant: winner, claimedAt: now, fingerprint: `f of ${winner}` };
        expect(records.filter((record) => record !== undefined)).toEqual(Array.from({ length: 9 }, () => won));
        await store.releaseIdempotencyKey(won);
        store = await opened.reopen();
        // As after a lost answer, and long after that.
        for (const again of [winner, "other"]) expect(await first(again, later, later)).toEqual(won);
        expect(await claim("job", later, later)).toEqual(won);
        expect(await store.sweepIdempotencyKeys(later)).toBe(1);
        await claim("dead");
        expect(await first("next", later)).toEqual({ ...key, jobId: "dead", claimant: "dead", claimedAt: now });
        await first("next", later, later);
        expect(await claim("third", later)).toMatchObject({ claimant: "next", fingerprint: "f of next" });
      });

      test("are removed if their requests changed nothing, though complete, and not by another request", async () => {
        const first = (claimant: string) => {
          const record = { ...key, jobId: claimant, claimant, claimedAt: now, fingerprint: `f of ${claimant}` };
          return store.claimIdempotencyKey(record, long);
        };
        const remove = (claimant: string) => store.removeIdempotencyKey({ ...key, jobId: claimant, claimant });
        await first("a");
        await remove("b");
        await store.removeIdempotencyKey({ ...key, owner: "p", jobId: "a", claimant: "a" });
        expect(await first("b")).toMatchObject({ claimant: "a" });
        await remove("a");
        await remove("a");
        expect(await first("b")).toBeUndefined();
        await remove("a");
        store = await opened.reopen();
        expect(await first("c")).toMatchObject({ claimant: "b", fingerprint: "f of b" });
      });

      test("are forgotten with time, and with their job", async () => {
        await claim("a");
        await store.insertJob(created("a"), [], { ...key, claimant: "a", fingerprint: "f" });
        expect(await store.sweepIdempotencyKeys(now)).toBe(0);
        expect(await store.sweepIdempotencyKeys(later)).toBe(1);
        expect(await claim("b")).toBeUndefined();
        await store.insertJob(created("b"), [], { ...key, claimant: "b", fingerprint: "f" });
        await store.deleteJob("b", ({ id }) => ({ ...created(id).events[0], id: "gone" }) as never);
        expect(await claim("c")).toBeUndefined();
      });
    });
  });
}
