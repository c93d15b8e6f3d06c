import { platformStories } from '../stories/platform-stories.ts';
import { startTeamsTeam } from '../support/teams/platform.ts';

platformStories('teams', startTeamsTeam);
