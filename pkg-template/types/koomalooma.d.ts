/**
 * A customer to enrol with koomalooma. The vendor's document (Partner API 1.0) defines no parameters for this call;
 * these are the values that it describes as the partner's to supply. Each is 1 to 255 characters.
 */
export interface NewUser {
  /** Your partner id: the value of `data-partner-id` in koomalooma's script. */
  partnerId: string;
  /** A unique string for your customer. Use always the same one for the same customer. */
  partnerUserId: string;
  /** The user's current session: the value of `%%sessionId%%` in koomalooma's script. */
  userSessionId: string;
}

/**
 * A user as koomalooma returns it. The vendor's document has all three fields in every answer; without `partnerUserId`
 * it is `invalid_response`, `applied`: some user exists, but the answer does not say which.
 */
export interface User {
  partnerId?: string;
  partnerUserId: string;
  userSessionId?: string;
}

/** Points to assign. */
export interface NewCommitment {
  /** The campaign that pays; 1 to 255 characters. */
  campaignId: string;
  /**
   * The transaction's value as a decimal string, never a number: `^\d{1,15}(\.\d{1,4})?$`. The vendor documents no
   * currency.
   *
   * @example "24.90"
   */
  transactionValue: string;
  /** 1 to 1,000 characters. */
  promotionGoalDescription: string;
  /** 1 to 255 characters. */
  promotionGoalCategory: string;
}

/** What a commitment is for. */
export interface Goal {
  type?: string;
  value?: string;
}

/**
 * Points that koomalooma has assigned, or is about to. The vendor's document has every field in every answer; only one
 * without an `id` is `invalid_response`, since the points are then booked all the same.
 */
export interface Commitment {
  id: string;
  userId?: string;
  partnerId?: string;
  loyaltyUnits?: number;
  freeLoyaltyUnits?: number;
  redeemableLoyaltyUnits?: number;
  redeemedLoyaltyUnits?: number;
  /** A decimal, kept as the string that the vendor sends. */
  loyaltyAccumulationValue?: string;
  goal?: Goal;
  redeemed?: boolean;
  /** Whether the points are final. */
  confirmationStatus?: "pending" | "confirmed" | (string & {});
  promotionGoalDescription?: string;
  promotionGoalCategory?: string;
  /** RFC 3339. */
  createdAt?: string;
  /** RFC 3339. */
  updatedAt?: string;
}
