import { crc32, deflateSync } from 'node:zlib';

/**
 * The two icons that an app package needs, as PNG: a white bell on the accent colour, and a white one on nothing.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/apps-package#app-icons
 */
export const colorIcon = (): Buffer => png(192, (x, y) => over(ACCENT, isBell(inner(x), inner(y))));
export const outlineIcon = (): Buffer => png(32, (x, y) => (isBell(x, y) ? WHITE : NOTHING));

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];
const WHITE: Pixel = [255, 255, 255, 255];
const NOTHING: Pixel = [255, 255, 255, 0];
const ACCENT: Pixel = [29, 28, 29, 255];

const over = (ground: Pixel, isDrawn: boolean): Pixel => (isDrawn ? WHITE : ground);

/** The bell takes the inner two thirds: Teams rounds the corners. */
const inner = (at: number): number => (at - 0.5) * 1.5 + 0.5;

/** Whether a point of the unit square, y downwards, is on the bell: its crown, its body, its brim, its clapper. */
function isBell(x: number, y: number): boolean {
  const aside = Math.abs(x - 0.5);
  const within = (cx: number, cy: number, radius: number) => (x - cx) ** 2 + (y - cy) ** 2 <= radius ** 2;
  const body = y >= 0.4 && y <= 0.72 && aside <= 0.24 + 0.1 * ((y - 0.4) / 0.32) ** 3;
  const brim = y > 0.72 && y <= 0.8 && aside <= 0.4;
  return (
    within(0.5, 0.12, 0.07) ||
    (y < 0.4 && within(0.5, 0.4, 0.24)) ||
    body ||
    brim ||
    (y > 0.8 && within(0.5, 0.82, 0.1))
  );
}

const SAMPLES = [0.125, 0.375, 0.625, 0.875]; // of each pixel, both ways: edges without steps

/** https://www.w3.org/TR/png-3/ */
function png(size: number, pixelAt: (x: number, y: number) => Pixel): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 4)); // each begins with its filter: 0, none
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const inside = SAMPLES.flatMap((dy) => SAMPLES.map((dx) => pixelAt((column + dx) / size, (row + dy) / size)));
      rows.set(meanOf(inside), row * (1 + size * 4) + 1 + column * 4);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits each of red, green, blue, alpha
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const meanOf = (pixels: readonly Pixel[]): number[] =>
  [0, 1, 2, 3].map((part) =>
    Math.round(pixels.reduce((sum, pixel) => sum + (pixel[part] as number), 0) / pixels.length),
  );

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
