import { platformStories } from '../stories/platform-stories.ts';
import { startDiscordTeam } from '../support/discord/platform.ts';

platformStories('discord', startDiscordTeam);
