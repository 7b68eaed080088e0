import { CAMPAIGNS } from './catalog.ts';
import { runCampaign } from './run-campaign.ts';

process.exitCode = await runCampaign(CAMPAIGNS, process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
