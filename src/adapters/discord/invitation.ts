/** https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags */
const PERMISSIONS = [
  1n << 10n, // View Channels
  1n << 11n, // Send Messages
  1n << 14n, // Embed Links
  1n << 16n, // Read Message History
  1n << 35n, // Create Public Threads
  1n << 38n, // Send Messages in Threads
].reduce((all, one) => all | one, 0n);

/** The link by which an admin adds the bot to a server, with exactly the permissions that it needs, and with its command. A bot's token begins with its id. */
export function invitation(token: string): string {
  const id = Buffer.from(token.split('.')[0] ?? '', 'base64').toString();
  const query = new URLSearchParams({
    client_id: /^\d{17,20}$/.test(id) ? id : '<the application id>',
    scope: 'bot applications.commands',
    permissions: String(PERMISSIONS),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
