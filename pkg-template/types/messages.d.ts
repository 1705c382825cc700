/**
 * A text of an element: a template such as `"Claim {points}"`, or a function of what stands between the braces.
 */
export type Message = string | ((params: Readonly<Record<string, string>>) => string);

/** Texts of the elements, by key. */
export type ElementMessages = { readonly [Key in MessageKey]?: Message };

/** The keys of the texts, each with its English one. */
export type MessageKey =
  /** point|points */
  | "unit"
  /** {number} per {money} */
  | "per"
  /** Gift */
  | "gift"
  /** up to {factor} */
  | "upTo"
  /** More */
  | "more"
  /** New */
  | "new"
  /** {points} for every {money} you spend */
  | "spend"
  /** {points} for every {money} you spend on {products} */
  | "spendOn"
  /** On orders from {money} */
  | "minimum"
  /** Not on {products} */
  | "excluded"
  /** Delivery doesn't count */
  | "noDelivery"
  /** products with {labels} */
  | "labelled"
  /** {points} when you buy {products} */
  | "buy"
  /** a set product */
  | "aProduct"
  /** {multiple} on {products} */
  | "multiply"
  /** set products */
  | "someProducts"
  /** {number} more */
  | "others"
  /** Double {unit} */
  | "double"
  /** Triple {unit} */
  | "triple"
  /** {number} times the {units} */
  | "times"
  /** More {units} on set products */
  | "multipliers"
  /** A gift comes with your order */
  | "reward"
  /** {points} when you open an account */
  | "accountCreated"
  /** {points} when you sign in */
  | "loggedIn"
  /** {points} with your first order */
  | "firstTransaction"
  /** {points} when you subscribe to our newsletter */
  | "newsletter"
  /** {points} for “{name}” */
  | "event"
  /** {points} each time */
  | "customEvent"
  /** When a friend you invited {does}, {wins} {points} */
  | "referral"
  /** opens an account */
  | "register"
  /** places their first order */
  | "first_purchase"
  /** places an order */
  | "every_purchase"
  /** does “{name}” */
  | "doesOther"
  /** you get */
  | "referrer"
  /** they get */
  | "referred"
  /** you both get */
  | "both"
  /** {points} when you come within {distance} of {place} */
  | "near"
  /** {points} when you come to {place} */
  | "visit"
  /** the place */
  | "thePlace"
  /** N|S|E|W */
  | "compass"
  /** {points} for scanning the code */
  | "scan"
  /** A new way to earn, “{name}”: ask us how it works */
  | "unknown"
  /** {levels} members */
  | "members"
  /** Members of an earlier level */
  | "formerMembers"
  /** at {places} */
  | "at"
  /** starts {when} */
  | "starts"
  /** ends {when} */
  | "ends"
  /** ended {when} */
  | "ended"
  /** {used} of {limit} {window} */
  | "used"
  /** today */
  | "inDay"
  /** this week */
  | "inWeek"
  /** this month */
  | "inMonth"
  /** this quarter */
  | "inQuarter"
  /** this half-year */
  | "inHalfYear"
  /** this year */
  | "inYear"
  /** in total */
  | "inAll"
  /** Once */
  | "once"
  /** Twice */
  | "twice"
  /** {number} times */
  | "often"
  /** Once only */
  | "onceOnly"
  /** {often} {every} */
  | "every"
  /** a day */
  | "everyDay"
  /** a week */
  | "everyWeek"
  /** a month */
  | "everyMonth"
  /** every 3 months */
  | "everyQuarter"
  /** every 6 months */
  | "everyHalfYear"
  /** a year */
  | "everyYear"
  /** {number} left */
  | "left"
  /** {number} left until {day} */
  | "leftUntil"
  /** tomorrow */
  | "tomorrow"
  /** Again tomorrow. */
  | "againTomorrow"
  /** Again on {day}. */
  | "againOn"
  /** You've used this up. */
  | "usedUp"
  /** “{name}” counts instead. */
  | "outbid"
  /** Show */
  | "show"
  /** All */
  | "all"
  /** Actions */
  | "actions"
  /** Shopping */
  | "shopping"
  /** Multipliers */
  | "multipliersGroup"
  /** Milestones */
  | "milestones"
  /** Friends */
  | "friends"
  /** Visits */
  | "visits"
  /** Other */
  | "other"
  /** Claim {points} */
  | "claim"
  /** Claiming… */
  | "claiming"
  /** Checking… */
  | "checking"
  /** Check again */
  | "check"
  /** {points} earned. */
  | "earned"
  /** {used} of {limit} used */
  | "usedNow"
  /** It counted. */
  | "counted"
  /** It counted {number} times. */
  | "countedTimes"
  /** Not confirmed yet. We won't send it twice. Looking at your own uses… */
  | "unconfirmed"
  /** Still not confirmed, and not sent again. */
  | "unsettled"
  /** Not counted so far. It may still arrive, so we look once more before you can claim it again. */
  | "uncounted"
  /** Not counted after a minute, so it was most likely lost. You can claim it again; if the first one arrives after all, both count. */
  | "notCounted"
  /** This didn't work. You can try again. */
  | "undone"
  /** No ways to earn right now. */
  | "empty"
  /** You're offline. The list is as it was; claiming waits until you're back. */
  | "offline"
  /** This list may be out of date. */
  | "stale"
  /** Refresh */
  | "refresh"
  /** Retry */
  | "retry"
  /** Sign in to see your ways to earn. */
  | "guest"
  /** You've already used this as often as it allows. */
  | "limit_exceeded"
  /** This isn't open to you right now. The list may have changed since you opened the page. */
  | "event_unavailable"
  /** Your session has ended. Sign in again to go on. */
  | "unauthorized"
  /** Your account isn't allowed to do this. */
  | "forbidden"
  /** Too many requests. Try again in {wait}. */
  | "rate_limited"
  /** The loyalty server is still busy with an earlier request. */
  | "conflict"
  /** We can't reach the loyalty server. Check your connection. */
  | "network"
  /** The loyalty server didn't answer in time. */
  | "timeout"
  /** The loyalty server has a problem at the moment. */
  | "server_error"
  /** The loyalty server didn't accept this. */
  | "rejected"
  /** A part of this page could not be loaded. */
  | "load_failed"
  /** Something went wrong between this shop and the loyalty server. */
  | "problem"
  /** You'll earn {points} */
  | "earn"
  /** You'll earn about {points} */
  | "earnAbout"
  /** This earns no {units}. */
  | "earnNothing"
  /** Spend {money} more for “{name}”. */
  | "spendMore";
