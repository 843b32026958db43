/** Lists of jobs, images and encodings across jobs. */
import { imageCursor, imagePosition, jobCursor, jobPosition, newestFirst } from "../../../lib/backends/cursor.ts";
import type { Job, JobImage } from "../../../lib/jobs/job.ts";
import { type Page, pageOf } from "../../../lib/page.ts";
import type {
  EncodingPageRequest,
  ImageEncodings,
  ImageTally,
  JobFilter,
  JobPageRequest,
  JobStore,
  PageRequest,
} from "../../../lib/ports/job-store.ts";
import { EVERYBODY, isInScope, type Owner, type OwnerScope } from "../../../lib/sessions/owner.ts";
import type { JobRow, JobTables } from "./job-tables.ts";

type Place = readonly [string | number, string | number];

export class JobLists {
  readonly #tables: JobTables;

  constructor(tables: JobTables) {
    this.#tables = tables;
  }

  async listJobs(request: JobPageRequest): Promise<Page<Job>> {
    const { limit, cursor, filter = {}, sort = newestFirst } = request;
    const direction = sort.descending ? -1 : 1;
    const place = (job: Job): Place => [job[sort.by], job.id];
    const compare = (a: Place, b: Place) => direction * comparePlaces(a, b);
    const after = cursor === undefined ? undefined : jobPosition(cursor, sort);
    const jobs = Array.from(this.#tables.jobs.values(), ({ job }) => job)
      .filter((job) => matches(filter, job) && (!after || compare(place(job), after) > 0))
      .sort((a, b) => compare(place(a), place(b)));
    return pageOf(jobs, limit, (last) => jobCursor(last, request));
  }

  async countImagesOfJobs(
    filter: Parameters<JobStore["countImagesOfJobs"]>[0],
  ): Promise<{ jobs: number; images: number }> {
    const rows = this.#rows().filter(({ job }) => matches(filter, job));
    return { jobs: rows.length, images: rows.reduce((sum, row) => sum + imagesOf(row).length, 0) };
  }

  async tallyImages(owner: Owner): Promise<ImageTally[]> {
    const tallies = new Map<string, ImageTally>();
    for (const row of this.#rows().filter(({ job }) => matches({ owner }, job)))
      for (const { state } of imagesOf(row)) {
        const { model, createdAt } = row.job;
        const key = JSON.stringify([model, createdAt.slice(0, 10), state]);
        const images = (tallies.get(key)?.images ?? 0) + 1;
        tallies.set(key, { model, day: createdAt.slice(0, 10), state, images });
      }
    return [...tallies.values()];
  }

  async listEncodings({
    limit,
    cursor,
    owner,
    model,
    from,
    before,
  }: EncodingPageRequest): Promise<Page<ImageEncodings>> {
    const isAsked = ({ state, result, finishedAt = "" }: JobImage) =>
      state === "done" && resultOf(result, model) !== undefined && isIn({ from, before }, finishedAt);
    const { items: images, ...next } = this.#imagePage(limit, cursor, owner, isAsked);
    const items = images.map(({ result, finishedAt = "" }) => {
      const { version, faces } = resultOf(result, model) as { version: string; faces: { encoding: number[] }[] };
      return { version, finishedAt, encodings: faces.map(({ encoding }) => Float64Array.from(encoding)) };
    });
    return { items, ...next };
  }

  async listDeadLetters({
    limit,
    cursor,
    owner = EVERYBODY,
  }: PageRequest & Pick<JobFilter, "owner">): Promise<Page<JobImage>> {
    const { items: images, ...next } = this.#imagePage(limit, cursor, owner, ({ givenUp }) => givenUp === true);
    return { items: images, ...next };
  }

  #rows(): JobRow[] {
    return [...this.#tables.jobs.values()];
  }

  #imagePage(limit: number, cursor: string | undefined, owner: OwnerScope, isAsked: (image: JobImage) => boolean) {
    const place = ({ jobId, index }: JobImage): Place => [jobId, index];
    const after = cursor === undefined ? undefined : imagePosition(cursor);
    const all = this.#rows()
      .filter(({ job }) => isInScope(job, owner))
      .flatMap(imagesOf)
      .filter((image) => isAsked(image) && (!after || comparePlaces(place(image), after) > 0))
      .sort((a, b) => comparePlaces(place(a), place(b)));
    return pageOf(all, limit, imageCursor);
  }
}

function comparePlaces(a: Place, b: Place): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
}

function matches(filter: JobFilter, job: Job): boolean {
  const { idPrefix = "", states, model, labels, owner = EVERYBODY, createdFrom, createdBefore } = filter;
  return (
    job.id.startsWith(idPrefix) &&
    (!states || states.includes(job.state)) &&
    (model === undefined || job.model.split(",").includes(model)) &&
    Object.entries(labels ?? {}).every(([key, value]) => job.labels[key] === value) &&
    isInScope(job, owner) &&
    (createdFrom === undefined || job.createdAt >= createdFrom) &&
    (createdBefore === undefined || job.createdAt < createdBefore)
  );
}

function imagesOf({ parcels }: JobRow): JobImage[] {
  return [...parcels.values()].flat();
}

function resultOf(result: JobImage["result"], model: string): unknown {
  return (result as { results?: Readonly<Record<string, unknown>> } | undefined)?.results?.[model];
}

/** From the first time on, before the second. */
function isIn({ from, before }: { from?: string | undefined; before?: string | undefined }, time: string): boolean {
  return time >= (from ?? "") && (before === undefined || time < before);
}
