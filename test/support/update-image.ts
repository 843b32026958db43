import type { JobImage } from "../../lib/jobs/job.ts";
import type { Decision, JobStore } from "../../lib/ports/job-store.ts";

/** Changes one image of its parcel. @returns the image after its move. */
export async function updateImage(
  store: JobStore,
  jobId: string,
  index: number,
  decide: Decision<JobImage>,
): Promise<JobImage | undefined> {
  const image = await store.getImage(jobId, index);
  if (!image) return undefined;
  const [moved] = await store.updateParcel(jobId, image.parcel, (images) => {
    const current = images.find((one) => one.index === index);
    const move = current && decide(current);
    return move ? [move] : [];
  });
  return moved;
}
