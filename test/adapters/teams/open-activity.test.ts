import { limitFaults } from '../../../src/adapters/teams/limits.ts';
import { openActivity } from '../../../src/adapters/teams/open-activity.ts';
import { openListContract } from '../../contracts/open-list.ts';
import { seen } from './seen.ts';

openListContract('teams', {
  draw: openActivity,
  faults: (json) => limitFaults(json),
  seen,
  styled: ['One incident is open.'], // a line with a link is not bold there
});
