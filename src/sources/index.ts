import type { Source } from '../domain/ports.ts';
import { alertmanager } from './alertmanager.ts';
import { wizstatus } from './wizstatus.ts';

/** Every monitoring system that can send webhooks here. */
export const sources: readonly Source[] = [wizstatus, alertmanager];
