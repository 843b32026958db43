/** Names of files in forms. */

/**
 * Escapes control characters like `FormData` escapes line breaks. Otherwise the service could not read the whole form.
 */
export function sentName(fileName) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
  return fileName.replace(/[\u0000-\u001f\u007f]/g, encodeURIComponent);
}
