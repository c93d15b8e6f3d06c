import type * as Official from 'adaptivecards';
import { formatText } from 'adaptivecards/lib/text-formatters.js';
import type { Seen } from '../../support/seen.ts';
import { markdownSeen } from './markdown.ts';
import { contentOf, official, parse } from './official.ts';

/** What a person sees of an activity in Teams, read by Microsoft's own parser and markdown-it. The menu and the forms open at a press. */
export interface TeamsSeen extends Seen {
  readonly menu: Seen['buttons'];
  readonly forms: readonly { readonly label: string; readonly text: string; readonly inputs: readonly string[] }[];
}

export function seen(json: unknown): TeamsSeen {
  const shown = known.get(json as object) ?? read(json);
  known.set(json as object, shown);
  return shown;
}

const known = new WeakMap<object, TeamsSeen>(); // who waits for a change looks at the same message again and again

function read(json: unknown): TeamsSeen {
  const { card } = parse(json);
  const page = new Page(entitiesOf(json));
  page.read(card);
  return {
    ...page.shown,
    text: page.lines.join('\n'),
    buttons: page.buttons.filter(({ hidden }) => !hidden).map(({ button }) => button),
    menu: page.buttons.filter(({ hidden }) => hidden).map(({ button }) => button),
    forms: page.forms,
  };
}

interface Entity {
  readonly text: string;
  readonly mentioned: { readonly id: string; readonly name: string };
}

function entitiesOf(json: unknown): readonly Entity[] {
  const { msteams } = contentOf(json) as { readonly msteams: { readonly entities?: readonly Entity[] } };
  return msteams.entities ?? [];
}

class Page {
  readonly lines: string[] = [];
  readonly shown = { links: [] as string[], pings: [] as string[], styled: [] as { text: string; style: string }[] };
  readonly buttons: { readonly button: Seen['buttons'][number]; readonly hidden: boolean }[] = [];
  readonly forms: { readonly label: string; readonly text: string; readonly inputs: readonly string[] }[] = [];
  readonly #entities: readonly Entity[];
  constructor(entities: readonly Entity[]) {
    this.#entities = entities;
  }

  read(card: Official.AdaptiveCard): void {
    for (const element of elementsOf(card)) this.#element(element, false);
    for (const action of actionsOf(card)) this.#action(action, false);
  }

  #element(element: Official.CardElement, hidden: boolean): void {
    const away = hidden || !element.isVisible;
    if (element instanceof official.Container) {
      if (element.selectAction instanceof official.OpenUrlAction) this.shown.links.push(element.selectAction.url ?? '');
      for (const inner of elementsOf(element)) this.#element(inner, away);
    } else if (element instanceof official.ActionSet) {
      for (const action of actionsOf(element)) this.#action(action, away);
    } else if (element instanceof official.RichTextBlock) this.#runs(element);
    else if (element instanceof official.TextBlock) this.#markdown(element.text ?? '');
    else if (!(element instanceof official.Input)) throw new TypeError(`nobody reads a ${element.getJsonTypeName()}`);
  }

  #runs(block: Official.RichTextBlock): void {
    const runs = Array.from({ length: block.getInlineCount() }, (_, index) => block.getInlineAt(index));
    const texts = runs.map((run) => {
      if (!(run instanceof official.TextRun)) throw new TypeError(`nobody reads a ${run.getJsonTypeName()}`);
      const text = formatText('en', run.text ?? '') ?? '';
      if (run.selectAction !== undefined) this.shown.links.push(run.selectAction.getHref() ?? '');
      const look = {
        bold: run.weight === official.TextWeight.Bolder,
        italic: run.italic,
        code: run.fontType === official.FontType.Monospace,
      };
      const style = Object.entries(look).flatMap(([name, on]) => (on ? [name] : []));
      if (style.length > 0) this.shown.styled.push({ text: drawn(text), style: style.join(' ') });
      return text;
    });
    this.lines.push(drawn(texts.join('')));
  }

  #markdown(text: string): void {
    let left = formatText('en', text) ?? '';
    for (const { text: at, mentioned } of this.#entities) {
      if (left.includes(at)) this.shown.pings.push(`teams:${mentioned.id}`);
      left = left.replaceAll(at, mentioned.name);
    }
    const read = markdownSeen(left);
    this.lines.push(drawn(read.text));
    this.shown.links.push(...read.links);
    this.shown.styled.push(...read.styled);
  }

  #action(action: Official.Action, hidden: boolean): void {
    const look = {
      label: action.title ?? '',
      ...(action.style === official.ActionStyle.Default ? {} : { style: action.style }),
    };
    if (action instanceof official.ShowCardAction) {
      const form = new Page([]);
      form.read(action.card);
      const inputs = action.card.getAllInputs().map((input) => input.label ?? '');
      this.forms.push({ label: look.label, text: form.lines.join('\n'), inputs });
      const [submit] = form.buttons;
      this.buttons.push({
        button: { ...look, ...(submit?.button.id === undefined ? {} : { id: submit.button.id }) },
        hidden,
      });
    } else if (action instanceof official.ExecuteAction) {
      this.buttons.push({ button: { ...look, id: (action.data as { press: string }).press }, hidden });
    } else if (action instanceof official.OpenUrlAction) {
      this.buttons.push({ button: { ...look, url: action.url ?? '' }, hidden });
    } else if (action instanceof official.ToggleVisibilityAction) this.buttons.push({ button: look, hidden });
    else throw new TypeError(`nobody reads an ${action.getJsonTypeName()}`);
  }
}

function elementsOf(container: Official.Container): readonly Official.CardElement[] {
  return Array.from({ length: container.getItemCount() }, (_, index) => container.getItemAt(index));
}

function actionsOf(owner: Official.AdaptiveCard | Official.ActionSet): readonly Official.Action[] {
  return Array.from({ length: owner.getActionCount() }, (_, index) => owner.getActionAt(index)).filter(
    (action) => action !== undefined,
  );
}

/** As a client draws it: white space as one space, but no-break spaces; what has no width is not seen. */
export function drawn(text: string): string {
  return text
    .replaceAll('\u200B', '')
    .replace(/[ \n]+/g, ' ')
    .replace(/^ | $/g, '')
    .replaceAll('\u00A0', ' ');
}
