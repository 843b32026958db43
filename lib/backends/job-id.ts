const JOB_ID = /^[\w-]{1,100}$/;

/** Ids become parts of keys, paths, and subjects, in which `*` and `.` are special. So only valid ids are accepted. */
export function isJobId(id: string): boolean {
  return JOB_ID.test(id);
}
