/** What Discord's create-message and edit-message calls are sent: https://docs.discord.com/developers/resources/message */
export interface DiscordMessage {
  readonly content: string; // what a phone shows, and the only place whose mentions notify
  readonly embeds: readonly Embed[];
  readonly components: readonly ActionRow[];
  readonly allowed_mentions: AllowedMentions;
  readonly flags?: number;
}

export interface Embed {
  readonly color: number;
  readonly title: string;
  readonly url?: string;
  readonly description: string;
  readonly fields: readonly Field[];
  readonly footer?: { readonly text: string };
}
export interface Field {
  readonly name: string;
  readonly value: string;
  readonly inline: boolean;
}

/** `parse` stays empty: only those that are listed are notified. */
export interface AllowedMentions {
  readonly parse: readonly [];
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

export interface ActionRow {
  readonly type: typeof ACTION_ROW;
  readonly components: readonly (ButtonComponent | SelectComponent)[];
}
export interface ButtonComponent {
  readonly type: typeof BUTTON;
  readonly style: number;
  readonly label: string;
  readonly custom_id: string;
}
export interface SelectComponent {
  readonly type: typeof STRING_SELECT;
  readonly custom_id: string;
  readonly placeholder: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
}

// https://docs.discord.com/developers/components/reference#component-object-component-types
export const ACTION_ROW = 1;
export const BUTTON = 2;
export const STRING_SELECT = 3;

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
export const SUPPRESS_EMBEDS = 1 << 2;
