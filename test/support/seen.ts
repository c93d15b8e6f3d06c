/** What a person sees of a message, by a reading of its platform's dialect that is independent of what wrote it. */
export interface Seen {
  readonly text: string; // all that is visible, in reading order, blocks joined by a line break; without the buttons
  readonly links: readonly string[]; // where a press on a text leads
  readonly pings: readonly string[]; // whom it notifies: `slack:U1`, `discord:role:9`, `@everyone`
  readonly styled: readonly { readonly text: string; readonly style: string }[];
  readonly buttons: readonly {
    readonly label: string;
    readonly id?: string;
    readonly url?: string;
    readonly style?: string;
  }[];
}
