import type { Seen } from '../support/seen.ts';

/** A chat platform as people see it: its fake speaks the wire protocol, the SDK and the bridge are real. */
export interface PlatformFake {
  /** What turns the platform on, and points it at the fake. */
  readonly env: Readonly<Record<string, string>>;
  readonly people: readonly [Person, Person];
  /** Channels as routes name them. */
  readonly main: string;
  readonly other: string;
  readonly missing: string;
  /** Forms stand in the card and open there: who may not is refused when they send one. */
  readonly formsOpenByThemselves?: true;
  /** Nothing finds a post again whose answer was lost: the card may show twice. */
  readonly losesPosts?: true;
  /** Where the bridge is, for a platform that sends it presses by HTTP. */
  listensAt?(url: string): void;
  /** The cards that stand in a channel, oldest first. */
  cards(destination: string): readonly ShownCard[];
  /** What was told to the channel itself beside cards: it wakes those who are there. */
  told(destination: string): readonly string[];
  /** Presses a button, or picks it in the menu. Resolves when the platform has its acknowledgement, after so many milliseconds. */
  press(card: ShownCard, label: string, person: Person): Promise<number>;
  /** What the bridge told this person alone, oldest first. */
  whispers(person: Person): readonly string[];
  /** Asks the bot for these words, as people there do: a command, or a mention. Resolves when the platform has its acknowledgement. */
  ask(words: string, person: Person): Promise<number>;
  /** The newest that the bot told this person alone. */
  answer(person: Person): Pick<Seen, 'text' | 'links' | 'pings'> | undefined;
  /** The form that this person sees. */
  form(person: Person): ShownForm | undefined;
  /** A field for a person is given the id of who is picked. Answers what is wrong, by field; nothing: it was taken. */
  submit(person: Person, values: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
  deleteCard(card: ShownCard): void;
  trouble(what: 'busy' | 'away' | 'answers lost', destination?: string): void;
  heal(): void;
  /** How many cards were ever posted. */
  posts(): number;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly called: string; // by the platform, where somebody picks them
}
export const person = (id: string, name: string): Person => ({ id, name, called: `Real ${id}` });

export interface ShownCard {
  readonly id: string;
  readonly text: string; // all that is visible
  readonly notice: string; // what a phone shows
  readonly buttons: readonly string[]; // labels, the menu's too
  readonly thread: readonly string[];
}
export interface ShownForm {
  readonly title: string;
  readonly text: string;
  readonly fields: readonly string[]; // their names
}
