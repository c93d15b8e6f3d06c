import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { colorIcon, outlineIcon } from '../../../src/adapters/teams/icons.ts';

/** Size and pixels of a PNG with no filter. */
function read(png: Buffer) {
  expect(png.toString('latin1', 1, 4)).toBe('PNG');
  const size = png.readUInt32BE(16);
  const data = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  const pixel = (x: number, y: number) => [...rows.subarray(y * (1 + size * 4) + 1 + x * 4).subarray(0, 4)];
  return { size, height: png.readUInt32BE(20), pixel };
}

test('the colour icon is a white bell of 192 pixels on a full ground', () => {
  const { size, height, pixel } = read(colorIcon());
  expect([size, height]).toEqual([192, 192]);
  expect(pixel(0, 0)[3]).toBe(255);
  expect(pixel(96, 96)).toEqual([255, 255, 255, 255]);
});

test('the outline icon is white on nothing, of 32 pixels', () => {
  const { size, height, pixel } = read(outlineIcon());
  expect([size, height]).toEqual([32, 32]);
  expect(pixel(0, 0)).toEqual([255, 255, 255, 0]);
  expect(pixel(16, 16)).toEqual([255, 255, 255, 255]);
});
