/** An Open Loyalty customer's credentials. */
export interface Credentials {
  /** E-mail address, loyalty card number or phone (Open Loyalty 3.2.0). 1 to 255 characters. */
  username: string;
  /** 1 to 4,096 characters. */
  password: string;
}

/** A customer's tokens. Both are secrets of this customer. */
export interface Tokens {
  /** The JWT for {@link OpenLoyalty.token}. Open Loyalty 3.2.0: valid for a day. */
  token: string;
  /**
   * For {@link refreshTokens}. Open Loyalty 3.2.0 returns the same one with its 30 days renewed; others may return
   * a new one and forget the old, so always store the last.
   */
  refreshToken: string;
  /** The password is a temporary one and should be changed now. */
  passwordChangeNeeded: boolean;
}

/** A customer's points and level. Amounts that the server leaves out are 0, but for `points`, which must be there. */
export interface CustomerStatus {
  /** Points that can be spent. */
  points: number;
  /** Points that are booked but can't be spent yet. */
  lockedPoints: number;
  usedPoints: number;
  expiredPoints: number;
  /** All points ever earned. */
  totalEarnedPoints: number;
  /** The level's name. The server sends no level id here; match it with the `levelNames` of the rules. */
  levelName?: string;
  /** Absent on the highest level. */
  nextLevelName?: string;
  pointsToNextLevel?: number;
  /** As configured on the server: upper or lower case. */
  currency?: string;
}
