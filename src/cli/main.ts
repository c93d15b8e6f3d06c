import { keepCompiled } from '../compiled.ts';

keepCompiled();
const [{ tocsin }, { terminal }] = await Promise.all([import('./tocsin.ts'), import('./terminal.ts')]);
process.exitCode = await tocsin(process.argv.slice(2), terminal(process));
