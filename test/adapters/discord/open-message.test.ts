import { limitFaults } from '../../../src/adapters/discord/limits.ts';
import { openMessage } from '../../../src/adapters/discord/open-message.ts';
import { openListContract } from '../../contracts/open-list.ts';
import { seen } from './seen.ts';

openListContract('discord', { draw: openMessage, faults: limitFaults, seen, styled: ['Critical'] });
