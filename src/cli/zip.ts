import { crc32, deflateRawSync } from 'node:zlib';

/** An archive of these files, the same bytes for the same files. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function zip(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content as Uint8Array);
    const packed = deflateRawSync(data);
    const path = Buffer.from(name);
    const about = described({ crc: crc32(data), packed: packed.length, size: data.length, name: path.length });
    const local = Buffer.concat([LOCAL, about, Buffer.alloc(2), path, packed]);
    parts.push(local);
    directory.push(Buffer.concat([CENTRAL, about, Buffer.alloc(12), bytes(offset, 4), path]));
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = bytes(directory.length, 2);
  const end = [END, Buffer.alloc(4), count, count, bytes(central.length, 4), bytes(offset, 4), Buffer.alloc(2)];
  return Buffer.concat([...parts, central, ...end]);
}

const VERSION = [20, 0]; // needed to extract: 2.0, for deflate
const LOCAL = Buffer.from([0x50, 0x4b, 3, 4]);
const CENTRAL = Buffer.from([0x50, 0x4b, 1, 2, ...VERSION]);
const END = Buffer.from([0x50, 0x4b, 5, 6]);
const DEFLATED = 8;
const UTF_8_NAMES = 1 << 11;
const FIRST_DAY = 0x21; // 1 January 1980, the first that the format knows

/** What stands of a file before its content and in the directory alike. */
function described(file: { crc: number; packed: number; size: number; name: number }): Buffer {
  return Buffer.concat([
    Buffer.from(VERSION),
    bytes(UTF_8_NAMES, 2),
    bytes(DEFLATED, 2),
    bytes(0, 2),
    bytes(FIRST_DAY, 2),
    bytes(file.crc, 4),
    bytes(file.packed, 4),
    bytes(file.size, 4),
    bytes(file.name, 2),
  ]);
}

function bytes(value: number, length: 2 | 4): Buffer {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntLE(value, 0, length);
  return buffer;
}
