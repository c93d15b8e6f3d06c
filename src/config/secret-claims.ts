import type { Fault } from '../domain/errors.ts';
import type { Declarations } from './declarations.ts';
import type { Entry } from './dotenv.ts';
import { shownName } from './dotenv-faults.ts';
import { laterOf } from './later.ts';
import type { Parsed } from './parse-variable.ts';

/** A name in a runbook's `secrets:`. */
export interface SecretClaim {
  readonly name: string;
  readonly place: string; // `templates/runbooks/restart.md`
}

export interface ClaimContext {
  readonly path: string; // of `.env`
  readonly undeclared: readonly Entry[];
  readonly declarations: Declarations;
  readonly named: (name: string) => Parsed<string>; // what is set under a name
}

/** Where `.env` and the runbooks' `secrets:` do not fit together. */
export function claimFaults(claims: readonly SecretClaim[], context: ClaimContext): readonly Fault[] {
  const claimed = new Set(claims.flatMap(({ name }) => [name, `${name}_FILE`]));
  return [
    ...context.undeclared.filter(({ name }) => !claimed.has(name)).map((entry) => undeclaredFault(entry, context)),
    ...claims.flatMap((claim) => ownFaults(claim, context)),
  ];
}

function ownFaults({ name, place }: SecretClaim, { declarations, named }: ClaimContext): readonly Fault[] {
  if (declarations.variableOf(name) !== undefined) {
    return [
      {
        place,
        message: `${name} is Tocsin's own and goes to no runbook`,
        cure: 'give the runbook a secret of its own',
      },
    ];
  }
  const { value, faults } = named(name);
  if (value !== undefined || faults.length > 0) return faults;
  return [
    {
      place,
      message: `its secret ${name} is not set`,
      cure: `set ${name} or ${name}_FILE, or take it out of secrets:`,
    },
  ];
}

function undeclaredFault({ name, line, column }: Entry, { path, declarations }: ClaimContext): Fault {
  const place = `${path}:${line}:${column}`;
  const shown = shownName(name, declarations);
  const later = laterOf(name);
  if (later !== undefined)
    return { place, message: `${shown}: ${later} is not in this version yet`, cure: 'leave it out' };
  if (shown !== name && /^[A-Z][A-Z0-9_]*$/.test(name)) {
    return { place, message: 'nothing reads this name', cure: 'take it out, or name it in the secrets: of a runbook' };
  }
  if (shown !== name) {
    return { place, message: 'this is no name of a variable', cure: 'names are capital letters, digits and _' };
  }
  const meant = declarations.nearest(name);
  return {
    place,
    message: `nothing reads ${name}`,
    cure: `${meant === undefined ? '' : `did you mean ${meant}? `}What a runbook needs is named in its secrets:`,
  };
}
