import { startGateways } from '../../../testing/gateways-sandbox.ts';
import { describeMailchimpContract } from './mailchimp.contract.ts';

describeMailchimpContract('the SDK against the sandbox', async () => {
  const { mailchimp, audience, sandbox } = await startGateways();
  let people = 0;
  const newAddress = () => {
    people += 1;
    return `person.${people}@oakfield-trust.test`;
  };
  return { ...mailchimp, audience, newAddress, now: () => sandbox.clock.now() };
});
