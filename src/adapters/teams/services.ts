import type { TeamsEnv } from './platform.ts';

type Hosts = Pick<TeamsEnv, 'serviceHosts' | 'loginUrl'>;

/** Whether the bot's token may go there. Plain http only to this machine, and only where the bot signs in by it too. */
export function isService(url: string, { serviceHosts, loginUrl }: Hosts): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || !serviceHosts.includes(parsed.host)) return false;
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') return false;
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLocal(parsed.hostname, loginUrl));
}

/** Where a conversation is sent to that was not heard of yet: the global address of its cloud. */
export function globalService({ serviceHosts, loginUrl }: Hosts): string {
  const [host = ''] = serviceHosts;
  const scheme = isLocal(host.replace(/:\d+$/, ''), loginUrl) ? 'http' : 'https';
  return `${scheme}://${host}/teams`;
}

const isLocal = (host: string, loginUrl: string): boolean => isLoopback(host) && loginUrl.startsWith('http:');

export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
