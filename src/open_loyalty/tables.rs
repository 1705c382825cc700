//! What Open Loyalty sends, field by field. Sources: the answers of release 3.2.0 in
//! `tests/fixtures/`, and the vendor's documentation of 4.x.

use crate::scan::table::{ID, TEXT, index_of, set_of};
use crate::scan::{Absent, Field, Kind, Table, Union, table};

macro_rules! server {
    ($fields:expr) => {
        table!($fields, union: None, null_is_absent: true)
    };
}

const fn field(name: &'static str, kind: Kind, absent: Absent) -> Field {
    Field::new(name, kind, absent)
}

/// A missing amount is a null on the server, which computes with it as zero.
const ZERO: Absent = Absent::Write("0");
const FALSE: Absent = Absent::Write("false");
const BLANK: Absent = Absent::Write("\"\"");
const EMPTY_LIST: Absent = Absent::Write("[]");
const EMPTY_MAP: Absent = Absent::Write("{}");
const IDS: Kind = Kind::Texts { blanks: true };

pub(crate) static LABEL: Table = server!(&[field("key", TEXT, BLANK), field("value", TEXT, Absent::Leave)]);

pub(crate) static LABEL_MULTIPLIER: Table =
    server!(&[field("key", TEXT, BLANK), field("value", TEXT, Absent::Leave), field("multiplier", Kind::Number, ZERO)]);

pub(crate) static LIMIT: Table = server!(&[
    field("active", Kind::Bool, Absent::Leave),
    field("period", TEXT, Absent::Leave),
    field("limit", Kind::Integer, Absent::Leave),
]);

/// In the server's order, for each key is looked for behind the one before.
const RULE_FIELDS: &[Field] = &[
    field("levels", IDS, EMPTY_LIST),
    field("segments", IDS, EMPTY_LIST),
    field("pos", IDS, EMPTY_LIST),
    field("hasPhoto", Kind::Bool, FALSE),
    field("earningRuleId", ID, Absent::Fail),
    field("name", TEXT, BLANK),
    field("description", TEXT, Absent::Leave),
    field("active", Kind::Bool, Absent::Write("true")),
    field("startAt", Kind::Date, Absent::Leave),
    field("endAt", Kind::Date, Absent::Leave),
    field("allTimeActive", Kind::Bool, FALSE),
    field("usages", Kind::Usages, Absent::Usages),
    field("lastExecutedRule", Kind::Bool, FALSE),
    field("pointValue", Kind::Number, ZERO),
    field("excludedLabels", Kind::List(&LABEL), EMPTY_LIST),
    field("includedLabels", Kind::List(&LABEL), EMPTY_LIST),
    // Servers older than the field apply excludedLabels.
    field("labelsInclusionType", TEXT, Absent::Write("\"exclude_labels\"")),
    field("excludeDeliveryCost", Kind::Bool, FALSE),
    field("minOrderValue", Kind::Number, ZERO),
    field("skuIds", IDS, EMPTY_LIST),
    field("labels", Kind::List(&LABEL), EMPTY_LIST),
    field("multiplier", Kind::Number, ZERO),
    field("labelMultipliers", Kind::List(&LABEL_MULTIPLIER), EMPTY_LIST),
    field("rewardCampaignId", TEXT, Absent::Leave),
    field("eventName", TEXT, BLANK),
    field("rewardType", TEXT, BLANK),
    field("latitude", Kind::Number, Absent::Leave),
    field("longitude", Kind::Number, Absent::Leave),
    field("radius", Kind::Number, Absent::Leave),
    field("code", TEXT, Absent::Leave),
    field("pointsAmount", Kind::Number, ZERO),
    field("limit", Kind::Limit(&LIMIT), Absent::Write("null")),
    field("type", ID, Absent::Fail),
    // The admin panel stores a field left blank as one empty SKU.
    field("excludedSKUs", Kind::Texts { blanks: false }, EMPTY_LIST),
    field("usageUrl", TEXT, Absent::Leave),
    field("segmentNames", Kind::Map, EMPTY_MAP),
    field("levelNames", Kind::Map, EMPTY_MAP),
    field("posNames", Kind::Map, EMPTY_MAP),
];

const fn rule_set(names: &[&str]) -> u64 {
    set_of(RULE_FIELDS, names)
}

const TAG: usize = index_of(RULE_FIELDS, "type");

const COMMON: u64 = rule_set(&[
    "earningRuleId",
    "type",
    "name",
    "description",
    "active",
    "allTimeActive",
    "startAt",
    "endAt",
    "levels",
    "segments",
    "pos",
    "levelNames",
    "segmentNames",
    "posNames",
    "hasPhoto",
    "lastExecutedRule",
    "usages",
]);

const MEMBERS: [(&str, u64); 10] = [
    (
        "points",
        rule_set(&[
            "pointValue",
            "excludedSKUs",
            "excludedLabels",
            "includedLabels",
            "labelsInclusionType",
            "excludeDeliveryCost",
            "minOrderValue",
        ]),
    ),
    ("product_purchase", rule_set(&["skuIds", "pointsAmount"])),
    ("multiply_for_product", rule_set(&["skuIds", "labels", "multiplier"])),
    ("multiply_by_product_labels", rule_set(&["labelMultipliers"])),
    ("instant_reward", rule_set(&["rewardCampaignId"])),
    ("event", rule_set(&["eventName", "pointsAmount"])),
    ("custom_event", rule_set(&["eventName", "pointsAmount", "limit", "usageUrl"])),
    ("referral", rule_set(&["eventName", "rewardType", "pointsAmount"])),
    ("geolocation", rule_set(&["latitude", "longitude", "radius", "pointsAmount", "limit"])),
    ("qrcode", rule_set(&["code", "pointsAmount", "limit"])),
];

pub(crate) static RULE: Table = table!(
    RULE_FIELDS,
    union: Some(Union {
        tag: TAG,
        common: COMMON,
        members: &MEMBERS,
    }),
    null_is_absent: true,
);

/// `GET customer/earningRule`. Who runs the gateway's module wants nothing that must not cross.
#[cfg(all(feature = "gateway", target_arch = "wasm32"))]
pub(super) use PUBLIC_EARNING_RULES as EARNING_RULES;

#[cfg(not(all(feature = "gateway", target_arch = "wasm32")))]
pub(super) static EARNING_RULES: Table =
    server!(&[field("earningRules", Kind::List(&RULE), Absent::Fail), field("currency", TEXT, Absent::Leave)]);

/// The rules as a browser may see them: without the code that a QR rule pays for, and without the address of the
/// server's administration.
#[cfg(feature = "gateway")]
pub(crate) static PUBLIC_EARNING_RULES: Table =
    server!(&[field("earningRules", Kind::List(&PUBLIC_RULE), Absent::Fail), field("currency", TEXT, Absent::Leave)]);

#[cfg(feature = "gateway")]
static PUBLIC_RULE: Table = table!(RULE_FIELDS, union: Some(Union { tag: TAG, common: COMMON, members: &PUBLIC_MEMBERS }), null_is_absent: true);

#[cfg(feature = "gateway")]
const PUBLIC_MEMBERS: [(&str, u64); MEMBERS.len()] = {
    let (mut members, mut i) = (MEMBERS, 0);
    while i < members.len() {
        members[i].1 &= !rule_set(&["code", "usageUrl"]);
        i += 1;
    }
    members
};

/// `POST customer/earningRule/{eventName}`.
pub(super) static POINTS: Table = server!(&[field("points", Kind::Number, Absent::Fail)]);

/// `GET customer/{id}/status`.
pub(super) static CUSTOMER_STATUS: Table = server!(&[
    field("points", Kind::Number, Absent::Fail),
    field("lockedPoints", Kind::Number, ZERO),
    field("usedPoints", Kind::Number, ZERO),
    field("expiredPoints", Kind::Number, ZERO),
    field("totalEarnedPoints", Kind::Number, ZERO),
    field("levelName", TEXT, Absent::Leave),
    field("nextLevelName", TEXT, Absent::Leave),
    field("pointsToNextLevel", Kind::Number, Absent::Leave),
    field("currency", TEXT, Absent::Leave),
]);

/// `POST customer/login_check` and `POST token/refresh`. `error` stands in a successful answer when
/// the password is a temporary one.
pub(super) static TOKENS: Table = server!(&[
    field("token", ID, Absent::Fail),
    Field::renamed("refresh_token", "refreshToken", ID, Absent::Fail),
    Field::renamed("error", "passwordChangeNeeded", Kind::Presence, FALSE),
]);
