/** Names of files in forms. */

/** Control characters as `FormData` writes line breaks: with others, the service could not read the whole form. */
export function sentName(fileName) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
  return fileName.replace(/[\u0000-\u001f\u007f]/g, encodeURIComponent);
}
