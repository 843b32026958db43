const ID = /^[\w-]{1,100}$/;

/**
 * Whether the text may be the id of a job or an owner. Ids become parts of keys, paths and subjects, in which `*`, `.`
 * and `/` are special.
 */
export function isId(text: string): boolean {
  return ID.test(text);
}
