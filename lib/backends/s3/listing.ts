/** Answers of ListObjectsV2. */
export interface Listing {
  readonly objects: readonly { readonly key: string /** In milliseconds since 1970. */; readonly storedAt: number }[];
  /** What the keys have in common up to the delimiter. */
  readonly prefixes: readonly string[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Reads the few elements that are needed: a parser of all of XML would be another dependency. */
export function parseListing(xml: string): Listing {
  const objects = elements(xml, "Contents").map((content) => ({
    key: element(content, "Key") ?? "",
    storedAt: Date.parse(element(content, "LastModified") ?? ""),
  }));
  const prefixes = elements(xml, "CommonPrefixes").map((common) => element(common, "Prefix") ?? "");
  const next = element(xml, "NextContinuationToken");
  return { objects, prefixes, ...(next && { next }) };
}

/** The contents of all elements of this name, which have none of the same name in them. */
function elements(xml: string, name: string): string[] {
  return Array.from(xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g")), ([, content = ""]) => content);
}

function element(xml: string, name: string): string | undefined {
  const [text] = elements(xml, name);
  return text?.replaceAll(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (whole, decimal, hexadecimal, entity) => {
    if (entity) return ENTITIES[entity] ?? whole;
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16));
  });
}
