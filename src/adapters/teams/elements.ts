/**
 * The part of Adaptive Cards 1.5 that Tocsin writes: https://adaptivecards.io/explorer/
 * Shapes as they are sent.
 */

export interface Activity {
  readonly type: 'message';
  readonly summary: string; // what a phone shows
  readonly attachments: readonly [
    { readonly contentType: 'application/vnd.microsoft.card.adaptive'; readonly content: AdaptiveCard },
  ];
}

export interface AdaptiveCard {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  readonly fallbackText: string; // Markdown, on clients that cannot draw 1.5
  readonly msteams: { readonly width: 'Full'; readonly entities?: readonly MentionEntity[] };
  readonly body: readonly Element[];
  readonly actions?: readonly Action[];
}

export interface MentionEntity {
  readonly type: 'mention';
  readonly text: string; // `<at>name</at>`, as it stands in a TextBlock
  readonly mentioned: { readonly id: string; readonly name: string };
}

// ---------------------------------------------------------------- elements

export type Element = TextElement | Container | ActionSet | Input;
export type TextElement = RichTextBlock | TextBlock;
export type Spacing = 'None' | 'Small';

/** Data: nothing in it is Markdown. */
export interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly spacing?: Spacing;
  readonly inlines: readonly TextRun[];
}
export interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly size?: 'Small' | 'Large';
  readonly weight?: 'Bolder';
  readonly italic?: true;
  readonly fontType?: 'Monospace';
  readonly isSubtle?: true;
}

/** Its text is Markdown. */
export interface TextBlock {
  readonly type: 'TextBlock';
  readonly spacing?: Spacing;
  readonly text: string;
  readonly wrap: true;
  readonly isSubtle?: true;
}

export type ContainerStyle = 'attention' | 'warning' | 'accent' | 'emphasis' | 'good';
export interface Container {
  readonly type: 'Container';
  readonly id?: string;
  readonly style?: ContainerStyle;
  readonly bleed?: true;
  readonly isVisible?: false;
  readonly selectAction?: OpenUrl;
  readonly items: readonly Element[];
}
export interface ActionSet {
  readonly type: 'ActionSet';
  readonly actions: readonly Action[];
}
export type Input = InputText | PeoplePicker;
export interface InputText {
  readonly type: 'Input.Text';
  readonly id: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly isMultiline?: true;
  readonly isRequired?: true;
  readonly errorMessage?: string;
}
/** The value is the object id of who was picked. https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/people-picker */
export interface PeoplePicker {
  readonly type: 'Input.ChoiceSet';
  readonly id: string;
  readonly label: string;
  readonly choices: readonly [];
  readonly 'choices.data': { readonly type: 'Data.Query'; readonly dataset: string };
}

// ---------------------------------------------------------------- actions

export type Action = Execute | OpenUrl | ShowCard | ToggleVisibility;
export type ActionStyle = 'positive' | 'destructive';

/** What comes back with a press, beside the inputs by their ids. */
export interface PressData {
  readonly press: string; // domain/press-id.ts
  readonly confirmed?: true;
}
interface Sending {
  readonly title: string;
  readonly style?: ActionStyle;
  readonly data: PressData;
  readonly associatedInputs: 'auto' | 'none';
}
export interface Execute extends Sending {
  readonly type: 'Action.Execute';
  readonly verb: 'press';
  readonly fallback: Sending & { readonly type: 'Action.Submit' };
}
export interface OpenUrl {
  readonly type: 'Action.OpenUrl';
  readonly title: string;
  readonly style?: ActionStyle;
  readonly url: string;
}
export interface ShowCard {
  readonly type: 'Action.ShowCard';
  readonly title: string;
  readonly style?: ActionStyle;
  readonly card: {
    readonly type: 'AdaptiveCard';
    readonly body: readonly Element[];
    readonly actions: readonly Action[];
  };
}
export interface ToggleVisibility {
  readonly type: 'Action.ToggleVisibility';
  readonly title: string;
  readonly targetElements: readonly string[];
}
