import type { Button } from './model.ts';

/** What a button in a chat carries. It is only a name for the press: who may, and whether it still fits, is asked when it comes. */
export interface Pressed {
  readonly incident: string;
  readonly action: string;
  readonly argument?: string;
}

/** Discord takes 100 characters in a `custom_id`: https://docs.discord.com/developers/components/reference#button */
const MOST_CHARACTERS = 100;
const SHAPE = /^([0-9a-z]{1,16})\.([a-z-]{1,20})(?:\.([\w:-]{1,62}))?$/;

/** `1m86zgkv45t15xr7.run.restart-api`: at most 100 characters. Undefined where the button's argument cannot be written so. */
export function pressId(
  incident: string,
  { action, argument }: Pick<Button, 'action' | 'argument'>,
): string | undefined {
  const id = [incident, action, ...(argument === undefined ? [] : [argument])].join('.');
  return SHAPE.test(id) && id.length <= MOST_CHARACTERS ? id : undefined;
}

/** What came back with a press; undefined: it is none of ours. */
export function readPressId(id: string): Pressed | undefined {
  const [, incident, action, argument] = SHAPE.exec(id) ?? [];
  if (incident === undefined || action === undefined) return undefined;
  return { incident, action, ...(argument === undefined ? {} : { argument }) };
}
