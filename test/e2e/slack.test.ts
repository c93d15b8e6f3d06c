import { platformStories } from '../stories/platform-stories.ts';
import { startSlackTeam } from '../support/slack/platform.ts';

platformStories('slack', startSlackTeam);
