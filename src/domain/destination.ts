/** `slack:C012` · `console`: its own platform and channel. */
export function addressOf(destination: string): { readonly platform: string; readonly channel: string } {
  const colon = destination.indexOf(':');
  return colon < 0
    ? { platform: destination, channel: destination }
    : { platform: destination.slice(0, colon), channel: destination.slice(colon + 1) };
}

/** A destination without a channel is drawn here, from the store itself: nothing is sent, and it shows what is stored. */
export const isLocal = (destination: string): boolean => !destination.includes(':');
