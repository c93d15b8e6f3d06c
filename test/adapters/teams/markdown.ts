import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ linkify: true });
type Token = ReturnType<typeof markdown.parse>[number];

export interface MarkdownSeen {
  readonly text: string;
  readonly links: readonly string[];
  readonly styled: readonly { readonly text: string; readonly style: string }[];
}

/** What a TextBlock shows: its text is Markdown, and bare addresses become links. */
export function markdownSeen(source: string): MarkdownSeen {
  const links: string[] = [];
  const styled: { text: string; style: string }[] = [];
  const textOf = (token: Token): string => {
    switch (token.type) {
      case 'inline':
        return (token.children ?? []).map(textOf).join('');
      case 'text':
      case 'text_special':
        return token.content;
      case 'softbreak':
      case 'hardbreak':
        return '\n';
      case 'link_open':
        links.push(String(token.attrGet('href')));
        return '';
      case 'link_close':
      case 'paragraph_open':
      case 'paragraph_close':
        return '';
      default: // all else is a style: strong, a list, a heading, a fence …
        if (token.nesting >= 0) styled.push({ text: token.content, style: token.type });
        return token.content;
    }
  };
  return { text: markdown.parse(source, {}).map(textOf).join(''), links, styled };
}
