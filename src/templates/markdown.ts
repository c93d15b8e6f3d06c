import type { Definition, PhrasingContent, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { Block, Span, Spans } from '../domain/model.ts';

/** Markdown without HTML and without extensions, as blocks. Values stand in it as slots, so no value is ever parsed. */
export function parseBlocks(source: string): readonly Block[] {
  const root = fromMarkdown(source, { extensions: [{ disable: { null: NO_HTML } }] });
  return blocksOf(root.children, definitionsIn(root), 0);
}

/** One line of it: emphasis, code and links. */
export function parseSpans(source: string): Spans {
  const line = source.replaceAll('\n', ' ');
  const root = fromMarkdown(line, { extensions: [{ disable: { null: [...NO_HTML, ...NO_BLOCKS] } }] });
  return root.children.flatMap((child) =>
    'children' in child ? spansOf(child.children as PhrasingContent[], new Map()) : [],
  );
}

// Names of micromark's constructs: https://github.com/micromark/micromark/blob/main/packages/micromark/dev/lib/constructs.js
const NO_HTML = ['htmlFlow', 'htmlText'];
const NO_BLOCKS = [
  'list',
  'blockQuote',
  'codeIndented',
  'codeFenced',
  'headingAtx',
  'setextUnderline',
  'thematicBreak',
  'definition',
];

type Definitions = ReadonlyMap<string, string>;

function definitionsIn(root: Root): Definitions {
  const found = new Map<string, string>();
  const walk = (nodes: readonly RootContent[]) => {
    for (const node of nodes) {
      if (node.type === 'definition') addDefinition(found, node);
      else if (node.type === 'blockquote' || node.type === 'list' || node.type === 'listItem') walk(node.children);
    }
  };
  walk(root.children);
  return found;
}

/** CommonMark: the first one wins. */
function addDefinition(found: Map<string, string>, { identifier, url }: Definition): void {
  if (!found.has(identifier)) found.set(identifier, url);
}

function blocksOf(nodes: readonly RootContent[], definitions: Definitions, depth: number): readonly Block[] {
  return nodes.flatMap((node): readonly Block[] => {
    switch (node.type) {
      case 'paragraph':
        return [{ kind: 'paragraph', spans: spansOf(node.children, definitions) }];
      case 'heading':
        return [{ kind: 'paragraph', spans: spansOf(node.children, definitions, { bold: true }) }];
      case 'code':
        return [{ kind: 'code', text: node.value }];
      case 'blockquote':
        return blocksOf(node.children, definitions, depth).map((block) =>
          block.kind === 'paragraph' ? { ...block, kind: 'quote' } : block,
        );
      case 'list':
        return listBlocks(node.ordered === true, node.children, definitions, depth);
      default: // rules, definitions
        return [];
    }
  });
}

/** A list is flat: what stands inside an item, but its words, follows it as blocks of its own. */
function listBlocks(
  ordered: boolean,
  items: readonly { readonly children: readonly RootContent[] }[],
  definitions: Definitions,
  depth: number,
): readonly Block[] {
  const blocks: Block[] = [];
  let open: Spans[] | undefined;
  for (const { children } of items) {
    const words = children.filter((child) => child.type === 'paragraph' || child.type === 'heading');
    const rest = children.filter((child) => child.type !== 'paragraph' && child.type !== 'heading');
    const spans = words.flatMap((child, index) => [
      ...(index === 0 ? [] : [{ kind: 'text', text: ' ' } as const]),
      ...spansOf(child.children, definitions),
    ]);
    if (!open) {
      open = [];
      blocks.push({ kind: 'list', ordered, depth, items: open });
    }
    open.push(spans);
    if (rest.length > 0) {
      blocks.push(...blocksOf(rest, definitions, depth + 1));
      open = undefined;
    }
  }
  return blocks;
}

type Style = Omit<Span & { kind: 'text' }, 'kind' | 'text'>;

function spansOf(nodes: readonly PhrasingContent[], definitions: Definitions, style: Style = {}): Spans {
  return nodes.flatMap((node): Spans => {
    switch (node.type) {
      case 'text':
        return [{ kind: 'text', text: node.value.replaceAll('\n', ' '), ...style }];
      case 'break':
        return [{ kind: 'text', text: '\n', ...style }];
      case 'inlineCode':
        return [{ kind: 'text', text: node.value, ...style, code: true }];
      case 'strong':
        return spansOf(node.children, definitions, { ...style, bold: true });
      case 'emphasis':
        return spansOf(node.children, definitions, { ...style, italic: true });
      case 'link':
        return spansOf(node.children, definitions, linked(style, node.url));
      case 'linkReference':
        return spansOf(node.children, definitions, linked(style, definitions.get(node.identifier)));
      case 'image':
        return [{ kind: 'text', text: node.alt ?? '', ...linked(style, node.url) }];
      case 'imageReference':
        return [{ kind: 'text', text: node.alt ?? '', ...linked(style, definitions.get(node.identifier)) }];
      default: // HTML and footnotes, which the parser does not make
        return [];
    }
  });
}

/** An image inside a link keeps the link's address. */
const linked = (style: Style, url: string | undefined): Style =>
  url === undefined || style.url !== undefined ? style : { ...style, url };
