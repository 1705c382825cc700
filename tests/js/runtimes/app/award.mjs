import { assignPoints } from "earnkit";

const { KOOMALOOMA_JWT, KOOMALOOMA_URL, CAMPAIGN_ID } = process.env;

const { loyaltyUnits } = await assignPoints({ apiKey: KOOMALOOMA_JWT, baseUrl: KOOMALOOMA_URL }, "customer-1042", {
  campaignId: CAMPAIGN_ID,
  transactionValue: "24.90",
  promotionGoalDescription: "Order 1042",
  promotionGoalCategory: "order",
});
console.log(`${loyaltyUnits} points`);
