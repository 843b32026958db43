const JOB_ID = /^[\w-]{1,100}$/;

/** Ids become tokens of subjects, where `*` and `.` are special, parts of keys and names of folders: accept only valid ids. */
export function isJobId(id: string): boolean {
  return JOB_ID.test(id);
}
