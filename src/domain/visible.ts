/**
 * Text as people may be shown it: line breaks are `\n`, a tab is a space, and every other character that is not seen, hides or reorders
 * text, or is no character, becomes U+FFFD, so that a spoof shows; so do marks that pile up on one character beyond what any script
 * writes. Text without such characters comes back as it is.
 */
export function visible(text: string): string {
  if (!SUSPECT.test(text)) return text; // most often; what follows costs several times as much
  return text
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(HIDDEN, '\uFFFD')
    .replaceAll(PILE, (_pile, kept: string) => `${kept.replace(/\p{Join_Control}+$/u, '')}\uFFFD`);
}

/** Burmese writes seven on one letter; more paint over the lines above and below. */
const MOST_MARKS = 8;

/**
 * Controls, formats, halves of pairs, separators, and what Unicode says to draw as nothing: zero-width characters, soft hyphens, tags,
 * fillers, variation selectors. https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 * The formats that are drawn stay: number signs and their like, before digits. https://www.unicode.org/reports/tr44/#Prepended_Concatenation_Mark
 */
const UNSEEN = String.raw`[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\n\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]]`;

const LETTER = String.raw`[[\p{L}\p{M}]--\p{Default_Ignorable_Code_Point}]`;
const PICTURE = String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]`;
const SELECTING = String.raw`[[\p{Script=Han}\p{Script=Mongolian}\p{Script=Myanmar}\p{Script=Phags_Pa}]--\p{Default_Ignorable_Code_Point}]`;

/** Seen by what they do: joiners between two letters or pictures, and the one selector that chooses how its base is drawn. */
const AT_WORK = [
  String.raw`(?<=${LETTER})\p{Join_Control}(?=${LETTER})`,
  String.raw`(?<=${PICTURE}\uFE0F?)\u200D(?=${PICTURE})`,
  String.raw`(?<=${PICTURE})[\uFE0E\uFE0F]`,
  String.raw`(?<=[0-9#*])\uFE0F(?=\u20E3)`,
  String.raw`(?<=${SELECTING})\p{Variation_Selector}`,
].join('|');

const MARK = String.raw`[\p{M}\p{Join_Control}]`; // a joiner between two marks parts nothing

const SUSPECT = new RegExp(`${UNSEEN}|${MARK}{${MOST_MARKS + 1}}`, 'v');
const HIDDEN = new RegExp(`(?!${AT_WORK})${UNSEEN}`, 'gv');
const PILE = new RegExp(`(${MARK}{${MOST_MARKS}})${MARK}+`, 'gv');
