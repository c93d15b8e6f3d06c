import { keepCompiled } from '../../src/compiled.ts';

keepCompiled();
await import('./serve-with-chats.ts');
