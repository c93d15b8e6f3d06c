/** A value as it may be shown. The slot marks of templates are no characters, so none comes through: a value never reads as a slot. */
export { visible as clean } from '../domain/visible.ts';
