/** Files from which this page has created jobs, to show them once the service no longer keeps them. */
const files = new Map();
const KEPT_JOBS = 20;

export function rememberImages(jobId, images) {
  files.set(jobId, images);
  if (files.size > KEPT_JOBS) files.delete(files.keys().next().value);
}

export const localImage = (jobId, index) => files.get(jobId)?.[index];
