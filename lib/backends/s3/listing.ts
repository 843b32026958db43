/** Answers of ListObjectsV2 and ListObjectVersions. */
export interface ListedObject {
  readonly key: string;
  /** When the object was stored, in milliseconds since 1970. */
  readonly storedAt: number;
  /** Only in a list of versions, which also has the markers that deletions leave. */
  readonly versionId?: string;
}

export interface Listing {
  readonly objects: readonly ListedObject[];
  /** Beginnings that the keys have in common, up to the delimiter. */
  readonly prefixes: readonly string[];
  /** Parameters of the request for the next page; absent on the last one. */
  readonly next?: Readonly<Record<string, string>>;
}

/** The root elements of lists. */
export const LIST = "ListBucketResult";
export const LIST_OF_VERSIONS = "ListVersionsResult";

/**
 * Whether the answer has the complete element. A status of 200 does not prove that, because another server may answer
 * with a page.
 */
export function isWhole(xml: string, name: string): boolean {
  return xml.includes(`<${name}`) && xml.includes(`</${name}>`);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Reads only the few elements that are needed: a complete XML parser would be another dependency. */
export function parseListing(xml: string): Listing {
  const objects = ["Contents", "Version", "DeleteMarker"].flatMap((name) => elements(xml, name).map(objectOf));
  const prefixes = elements(xml, "CommonPrefixes").map((common) => element(common, "Prefix") ?? "");
  if (element(xml, "IsTruncated") !== "true") return { objects, prefixes };
  const next = {
    ...parameter("continuation-token", element(xml, "NextContinuationToken")),
    ...parameter("key-marker", element(xml, "NextKeyMarker")),
    ...parameter("version-id-marker", element(xml, "NextVersionIdMarker")),
  };
  return { objects, prefixes, ...(Object.keys(next).length > 0 && { next }) };
}

function objectOf(xml: string): ListedObject {
  const versionId = element(xml, "VersionId");
  return {
    key: element(xml, "Key") ?? "",
    storedAt: Date.parse(element(xml, "LastModified") ?? ""),
    ...(versionId && { versionId }),
  };
}

function parameter(name: string, value: string | undefined): Record<string, string> {
  return value ? { [name]: value } : {};
}

/** The contents of all elements with this name, which must not be nested. */
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
