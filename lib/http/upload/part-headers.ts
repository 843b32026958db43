/**
 * Parses the headers of a form part as real clients write them: quotes inside quoted file names, unquoted names,
 * unknown character sets. Follows RFC 7578 where it applies; the rest is best effort.
 */

/** A semicolon not followed by a parameter belongs to the preceding value. */
const NEXT_PARAMETER = /^\s*(?:;\s*(?:[\w!#$%&'*+.^`|~-]+\s*=|$|;)|$)/;
const PARAMETER = /^[\s;]*([^\s=;"]+)\s*=\s*/;
const EXTENDED_VALUE = /^([\w!#$%&+^`{}~-]*)'[^']*'(.*)$/s;
/**
 * Escapes for a quote and for line ends, as browsers, curl and most libraries write them (HTML, "Multipart form data").
 */
const ESCAPED = /%(22|0d|0a)/gi;
/** An encoded word of RFC 2047. White space between two of them is not part of the text. */
const ENCODED_WORD = /=\?([\w-]+)\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi;

export interface Part {
  /** The field's name. */
  readonly name: string | undefined;
  /** The file name without folders. Undefined if absent; empty if sent empty. */
  readonly fileName: string | undefined;
  /** The media type in lower case, without parameters. */
  readonly type: string | undefined;
  /** A parameter that the header has twice. Different programs would read it differently. */
  readonly repeated: string | undefined;
}

/** The parameters of a header, by their names in lower case. */
export interface HeaderParameters {
  /** The first of equal names. */
  readonly values: ReadonlyMap<string, string>;
  readonly repeated: string | undefined;
}

/** Header values by lower-case name, one character per byte. */
export type PartHeaders = Readonly<Record<string, readonly string[] | undefined>>;

export function parametersOf(value: string): HeaderParameters {
  const values = new Map<string, string>();
  let repeated: string | undefined;
  let rest = value.slice(value.search(/;|$/));
  for (let match = PARAMETER.exec(rest); match; match = PARAMETER.exec(rest)) {
    const [before, name = ""] = match;
    const { text, length } = valueAt(rest.slice(before.length));
    rest = rest.slice(before.length + length);
    const known = name.toLowerCase();
    if (values.has(known)) repeated ??= known;
    else values.set(known, text);
  }
  return { values, repeated };
}

/** The value at the start of the text, up to the next parameter or the end. */
function valueAt(text: string): { text: string; length: number } {
  const isQuoted = text.startsWith('"');
  for (let index = isQuoted ? 1 : 0; index < text.length; index++) {
    if (isQuoted && text[index] === "\\" && /["\\]/.test(text[index + 1] ?? "")) index++;
    else if (isQuoted && text[index] === '"' && NEXT_PARAMETER.test(text.slice(index + 1)))
      return { text: unescaped(text.slice(1, index)), length: index + 1 };
    else if (!isQuoted && text[index] === ";" && NEXT_PARAMETER.test(text.slice(index)))
      return { text: text.slice(0, index).trimEnd(), length: index };
  }
  return { text: isQuoted ? unescaped(text.slice(1)) : text.trimEnd(), length: text.length };
}

/** Backslashes before other characters are literal, as in Windows paths. */
function unescaped(text: string): string {
  return text.includes("\\") ? text.replaceAll(/\\(["\\])/g, "$1") : text;
}

/** @param disposition The value of Content-Disposition. */
export function partOf(disposition: string, { "content-type": types }: PartHeaders): Part {
  const { values: parameters, repeated } = parametersOf(disposition);
  const name = parameters.get("name");
  const plain = parameters.get("filename");
  const long = parameters.get("filename*") ?? continued(parameters);
  const fileName = extended(long, plain === undefined) ?? (plain && unescapedName(decoded(plain))) ?? plain;
  return {
    name: name === undefined ? undefined : decoded(name),
    fileName: fileName === undefined ? undefined : baseName(fileName),
    type: types?.[0]?.split(";", 1)[0]?.trim().toLowerCase(),
    repeated,
  };
}

/**
 * Joins a value that is split into several parameters, `filename*0*=utf-8''%C3; filename*1*=%84.jpg` (RFC 2231, section
 * 4.1).
 */
function continued(parameters: ReadonlyMap<string, string>): string | undefined {
  let value: string | undefined;
  for (let index = 0; ; index++) {
    const encoded = parameters.get(`filename*${index}*`);
    const piece = encoded ?? parameters.get(`filename*${index}`)?.replaceAll("%", "%25");
    if (piece === undefined) return value;
    value = (value ?? (encoded === undefined ? "utf-8''" : "")) + piece;
  }
}

/**
 * Decodes a file name, including words such as `=?utf-8?B?w4QuanBn?=` (RFC 2047), in which .NET and PowerShell send
 * characters outside of ASCII.
 */
function unescapedName(text: string): string {
  const name = text.replaceAll(ESCAPED, decodeURIComponent);
  return name.replaceAll(ENCODED_WORD, (word: string, charset: string, coding: string, content: string) => {
    const bytes =
      coding.toLowerCase() === "b" ? Buffer.from(content, "base64") : unquoted(content.replaceAll("_", " "), "=");
    try {
      return new TextDecoder(charset).decode(bytes);
    } catch {
      return word;
    }
  });
}

/** Decodes a text in which bytes are written as a mark and two hexadecimal digits. */
function unquoted(text: string, mark: "%" | "="): Buffer {
  const pattern = new RegExp(`${mark}([0-9a-f]{2})`, "gi");
  const bytes = text.replaceAll(pattern, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}

/**
 * `utf-8''%C3%84.jpg` (RFC 8187). @param isOnly Whether there is no plain `filename` to fall back to. Then it is
 * decoded leniently.
 */
function extended(value: string | undefined, isOnly: boolean): string | undefined {
  if (value === undefined) return undefined;
  const [, charset = "utf-8", text = value] = EXTENDED_VALUE.exec(value) ?? [];
  const bytes = unquoted(text, "%");
  try {
    return new TextDecoder(charset, { fatal: !isOnly }).decode(bytes);
  } catch {
    return isOnly ? bytes.toString("utf8") : undefined;
  }
}

/** Decodes UTF-8, as sent by browsers, or otherwise Latin-1. */
function decoded(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const buffer = Buffer.from(bytes, "latin1");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer);
  } catch {
    return bytes;
  }
}

function isAscii(bytes: string): boolean {
  return !/[\x80-\xff]/.test(bytes);
}

/** A name without folders; empty for `.` and `..`. */
export function baseName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return name === "." || name === ".." ? "" : name;
}
