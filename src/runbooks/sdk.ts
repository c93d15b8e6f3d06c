import { findPackageJSON } from 'node:module';
import type { SpecFault } from '../domain/ports.ts';

/** What a kind needs and only who uses it installs; the versions are those of `peerDependencies`. */
export const SDKS = {
  '@aws-sdk/client-auto-scaling': '3.1169.0',
  '@google-cloud/bigquery': '9.3.0',
} as const;

/** The fault of a runbook whose kind needs an SDK that is not there. */
export function missingSdk(name: keyof typeof SDKS, isThere = isInstalled): readonly SpecFault[] {
  if (isThere(name)) return [];
  const cure = `npm install --omit=dev --save-prod --save-exact ${name}@${SDKS[name]}`;
  return [{ path: ['run'], message: `It needs the package ${name}, which is not installed.`, cure }];
}

export function isInstalled(name: string): boolean {
  try {
    return findPackageJSON(name, import.meta.url) !== undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return false;
    throw error;
  }
}
