import { crc32, deflateRawSync } from "node:zlib";

/**
 * System of the entries: Unix (APPNOTE, section 4.4.2), where a link has its target as content, and the type of `stat`
 * for links.
 */
const ON_UNIX = 3;
const LINK = 0o120777;

/** A .zip file with deflated files (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16). */
export function zipOf(files: readonly { name: string; bytes: Uint8Array; isLink?: boolean }[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, isLink = false } of files) {
    const packed = deflateRawSync(bytes);
    const path = Buffer.from(name);
    // Fields shared by the local header and the central directory, from "version needed" to the lengths.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2); // names in UTF-8
    common.writeUInt16LE(8, 4); // deflated
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    const rest = Buffer.alloc(14);
    if (isLink) rest.writeUInt16LE(LINK, 8);
    rest.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, path, packed]);
    locals.push(local);
    directory.push(
      Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), Buffer.from([20, isLink ? ON_UNIX : 0]), common, rest, path]),
    );
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
