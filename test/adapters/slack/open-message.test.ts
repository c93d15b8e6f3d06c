import { limitFaults } from '../../../src/adapters/slack/limits.ts';
import { openMessage } from '../../../src/adapters/slack/open-message.ts';
import { openListContract } from '../../contracts/open-list.ts';
import { seen } from './seen.ts';

openListContract('slack', {
  draw: openMessage,
  faults: limitFaults,
  seen,
  styled: ['One incident is open.', 'Critical'],
});
