/** What the test-only chat server speaks. */

export type Operation = 'post' | 'edit' | 'reply' | 'find';

/** What the server does instead of answering well. */
export type Trouble =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly scope?: 'account' }
  | { readonly kind: 'stall' } // reads the request, never answers
  | { readonly kind: 'slow'; readonly ms: number } // does what it was asked, answers after that
  | { readonly kind: 'drop' } // does what it was asked, then cuts the connection
  | { readonly kind: 'refuse' } // cuts the connection, nothing done
  | { readonly kind: 'garbage' }; // does what it was asked, answers 200 with HTML

/** The next `times` calls that fit meet this trouble. */
export interface Script {
  readonly operation?: Operation;
  readonly channel?: string;
  readonly containing?: string; // a text in the request's body
  readonly times: number;
  readonly trouble: Trouble;
}

/** One line of the append-only log: what happened in a channel, or which call met trouble. */
export interface Entry {
  readonly at: number; // epoch milliseconds
  readonly kind: 'created' | 'edited' | 'replied' | 'looked' | 'deleted' | 'troubled';
  readonly operation: Operation | 'delete';
  readonly channel: string;
  readonly message?: string;
  readonly once?: string;
  readonly content?: unknown; // the card, or the line
  readonly trouble?: string;
}
