import { keepCompiled, writeCompiled } from './compiled.ts';

keepCompiled();
const { serve } = await import('./serve.ts');
await serve();
writeCompiled();
