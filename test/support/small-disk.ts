import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A disk of a few megabytes in memory. It is unmounted with the test. */
export interface SmallDisk {
  readonly folder: string;
  /** To the last byte. */
  fill(): void;
  makeRoom(): void;
  /** Throws while somebody writes there. */
  remount(how: 'ro' | 'rw'): void;
}

/** Whether this user may mount one: root on Linux, and in most containers not. */
export function maySmallDisk(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  if (status === 0) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return status === 0;
}

export function smallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  });
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a');
      try {
        for (;;) writeSync(file, Buffer.alloc(4_096));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(ballast),
    remount: (how) => void execFileSync('mount', ['-o', `remount,${how}`, folder]),
  };
}
