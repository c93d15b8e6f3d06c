/** What an app package is made for. */
export interface AppOf {
  readonly clientId: string;
  readonly publicUrl: string; // shown as the developer's site; Teams takes https only
}

/** The names by which the manifest calls the icons that lie beside it. */
export const ICONS = { color: 'color.png', outline: 'outline.png' } as const;

/** https://learn.microsoft.com/en-us/microsoft-365/extensibility/schema/root?view=m365-app-1.25 */
export function teamsManifest({ clientId, publicUrl }: AppOf) {
  return {
    $schema: 'https://developer.microsoft.com/json-schemas/teams/v1.25/MicrosoftTeams.schema.json',
    manifestVersion: '1.25',
    version: '1.0.0',
    id: clientId,
    developer: {
      name: 'Tocsin',
      websiteUrl: publicUrl,
      privacyUrl: publicUrl,
      termsOfUseUrl: publicUrl,
    },
    name: { short: 'Tocsin', full: 'Tocsin, monitoring alerts as cards' },
    description: {
      short: 'Monitoring alerts as cards that people act on.',
      full: 'One card per incident, with buttons to acknowledge it, run a runbook, or resolve it.',
    },
    icons: ICONS,
    accentColor: '#1D1C1D',
    bots: [{ botId: clientId, scopes: ['team', 'groupChat', 'personal'], isNotificationOnly: false }],
    supportsChannelFeatures: 'tier1', // private and shared channels too
    validDomains: [],
  };
}
