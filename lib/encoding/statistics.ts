/** Image counts with the statuses of the compatibility API. Pure. */
import type { Stats, UploadStatus } from "../contracts/compatibility.ts";
import type { ImageState } from "../contracts/job-states.ts";
import type { ImageTally } from "../ports/job-store.ts";

const statuses: Readonly<Record<ImageState, UploadStatus>> = {
  pending: "created",
  running: "created",
  done: "completed",
  failed: "failed",
};

export const statusOf = (state: ImageState): UploadStatus => statuses[state];

export function statsOf(tallies: readonly ImageTally[]): Stats {
  const byModel = Map.groupBy(tallies, ({ model }) => model);
  const byDay = Map.groupBy(tallies, ({ day }) => day);
  return {
    ...countsOf(tallies),
    models: Array.from(byModel, ([model, ofModel]) => ({ model, ...countsOf(ofModel) })),
    days: Array.from(byDay, ([day, ofDay]) => ({ day, ...countsOf(ofDay) })).toSorted((a, b) =>
      a.day < b.day ? -1 : 1,
    ),
  };
}

function countsOf(tallies: readonly ImageTally[]) {
  const counts = { total: 0, created: 0, completed: 0, failed: 0 };
  for (const { state, images } of tallies) {
    counts.total += images;
    counts[statusOf(state)] += images;
  }
  return counts;
}
