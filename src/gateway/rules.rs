//! The rules as they cross to a page.

use core::hash::Hasher;
use std::hash::DefaultHasher;

use crate::open_loyalty::tables::PUBLIC_EARNING_RULES;
use crate::scan::{Record, Usages, decode};

/// A list as a guest may see it, of one that may cross: without usages, since those that the server
/// sent are of the account that it was read with.
pub(crate) fn for_guests(list: &str) -> Option<String> {
    decode(list.as_bytes(), &PUBLIC_EARNING_RULES, Usages::Nobody).ok().map(Record::into_json)
}

/// Tells one body from another: 16 digits. It is no secret, and no one gains by two that are alike.
pub(crate) fn digest(body: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body.as_bytes());
    let hash = hasher.finish();
    (0..16).rev().filter_map(|place| char::from_digit((hash >> (place * 4) & 15) as u32, 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::{digest, for_guests};
    use crate::open_loyalty::tables::PUBLIC_EARNING_RULES;
    use crate::scan::{Record, Usages, decode};
    use serde_json::{Value, json};

    fn crossing() -> String {
        let usage = |id: &str| json!({ "date": "2026-01-01T12:00:00+0000", "subject": { "subjectId": id } });
        let sent = json!({ "currency": "EUR", "earningRules": [
            { "earningRuleId": "1", "type": "qrcode", "code": "marked", "pointsAmount": 5.5 },
            {
                "earningRuleId": "2", "type": "custom_event", "usageUrl": "https://marked.invalid/",
                "usages": [usage("anna"), usage("marked")]
            },
            { "earningRuleId": "3", "type": "of the future", "code": "marked", "usageUrl": "marked" },
        ] });
        let list = decode(sent.to_string().as_bytes(), &PUBLIC_EARNING_RULES, Usages::Of("anna"));
        list.map(Record::into_json).expect("it is a list")
    }

    #[test]
    fn rules_cross_without_codes_and_addresses() {
        let body = crossing();
        assert!(!body.contains("marked"), "{body}");
        let crossed: Value = serde_json::from_str(&body).expect("it is JSON");
        assert_eq!(crossed["currency"], "EUR");
        assert_eq!(crossed["earningRules"][0]["pointsAmount"], json!(5.5));
        assert_eq!(crossed["earningRules"][1]["usages"], json!([{ "date": "2026-01-01T12:00:00+00:00" }]));
        assert_eq!(crossed["earningRules"][2]["earningRuleId"], "3");
    }

    #[test]
    fn guests_get_the_same_without_usages() {
        let mut wanted: Value = serde_json::from_str(&crossing()).expect("it is JSON");
        for rule in wanted["earningRules"].as_array_mut().expect("there are rules") {
            rule["usages"] = Value::Null;
        }
        let body = for_guests(&crossing()).expect("it is a list");
        assert_eq!(serde_json::from_str::<Value>(&body).expect("it is JSON"), wanted);
        assert_eq!(for_guests("{}"), None);
    }

    #[test]
    fn other_bodies_have_other_digests() {
        assert_eq!(digest("a"), digest("a"));
        assert_ne!(digest("a"), digest("b"));
        assert!(digest("").len() == 16 && digest("").bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
