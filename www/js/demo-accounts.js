// The sandbox's seed customers. Their passwords are as public as the sandbox itself.

export const STORE_CODE = "DEFAULT";
/** The time zone of the Open Loyalty server, which counts its limits by its own days. The list does not tell it. */
export const TIME_ZONE = "Europe/Warsaw";
/** Whom the page signs in as. */
export const CUSTOMER = { username: "anna@example.com", password: "password" };
/** Whose token the shop reads the rules with for its guests. */
export const GUEST_READER = { username: "guest@example.com", password: "password" };
/** The shop as koomalooma knows it. */
export const PARTNER = { partnerId: "sandbox-shop", campaignId: "sandbox-campaign" };
