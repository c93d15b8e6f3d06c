/** Who looks at a page, and when. */
export interface Viewer {
  readonly now: number;
  readonly zone: string; // the reader's IANA time zone; UTC until the browser told it
  readonly name: string; // what they call themselves
}
