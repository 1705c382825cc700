// Two calls of another loyalty vendor, by its own SDK: the earning rules, and an event that earns.
import { VoucherifyServerSide } from "@voucherify/sdk";

export function connect(options) {
  const voucherify = VoucherifyServerSide(options);
  return {
    listEarningRules: (campaign) => voucherify.loyalties.listEarningRules(campaign),
    triggerEvent: (event, customer) => voucherify.events.create(event, { customer }),
  };
}
