import { homedir } from 'node:os';
import type { Texts } from '../domain/model.ts';

/** Every process of a run carries its id under this name, so that those that left their group are found too. */
export const COOKIE = 'TOCSIN_RUN';

/** Where runs look for programs. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const LANG = 'C.UTF-8';

/** What makes loaders, shells and interpreters run something else than what was asked for. */
const RESERVED = new RegExp(
  `^(?:${[
    'PATH|HOME|LANG|LC_.*|ENV|IFS|SHELLOPTS|BASH_.*|LD_.*|DYLD_.*|TOCSIN_.*',
    'NODE_OPTIONS|NODE_PATH|PYTHON(?:PATH|HOME|STARTUP)|PERL5(?:LIB|OPT)|RUBY(?:LIB|OPT)|JAVA_TOOL_OPTIONS',
    'GIT_(?:SSH.*|CONFIG.*|EXEC_PATH|EXTERNAL_DIFF|PAGER|EDITOR|ASKPASS|PROXY_COMMAND)',
  ].join('|')})$`,
);

export function isReserved(name: string): boolean {
  return RESERVED.test(name);
}

/** The whole environment of a run: nothing of the bridge's own. */
export function environmentOf(run: string, secrets: Texts): Texts {
  return { ...secrets, PATH, LANG, HOME: homedir(), [COOKIE]: run };
}
