const JOB_ID = /^[\w-]{1,100}$/;

/** Ids become parts of subjects, in which `*` and `.` are special, of keys and of paths: accept only valid ids. */
export function isJobId(id: string): boolean {
  return JOB_ID.test(id);
}
