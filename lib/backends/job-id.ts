const JOB_ID = /^[\w-]{1,100}$/;

/** Ids become tokens of subjects, where `*` and `.` are special, and parts of keys: accept only valid ids. */
export function isJobId(id: string): boolean {
  return JOB_ID.test(id);
}
