//! Which route a path is.

use serde::{Deserialize, Serialize};

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum Route {
    EarningRules,
    Status,
    Event { event_name: String },
    User,
    Commitment { user_id: String },
    Award { key: String },
    Health,
}

impl Route {
    /// Finds the route of a path below `mount_path`. The path is as it stands in the URL, encoded.
    pub(crate) fn find(path: &str, mount_path: &str) -> Option<Self> {
        let rest = path.strip_prefix(mount_path.trim_end_matches('/'))?.strip_prefix('/')?;
        let segments: Option<Vec<String>> = rest.split('/').map(decode).collect();
        let segments = segments?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Some(match segments.as_slice() {
            ["earning-rules"] => Self::EarningRules,
            ["status"] => Self::Status,
            ["events", event_name] => Self::Event { event_name: (*event_name).to_owned() },
            ["users"] => Self::User,
            ["users", user_id, "commitments"] => Self::Commitment { user_id: (*user_id).to_owned() },
            ["awards", key] => Self::Award { key: (*key).to_owned() },
            ["_health"] => Self::Health,
            _ => return None,
        })
    }

    /// The method and the path without ids, for the log.
    pub(crate) const fn template(&self) -> &'static str {
        match self {
            Self::EarningRules => "GET earning-rules",
            Self::Status => "GET status",
            Self::Event { .. } => "POST events/{eventName}",
            Self::User => "POST users",
            Self::Commitment { .. } => "POST users/{userId}/commitments",
            Self::Award { .. } => "GET awards/{key}",
            Self::Health => "GET _health",
        }
    }

    pub(crate) fn method(&self) -> &'static str {
        if self.is_award() { "POST" } else { "GET" }
    }

    /// Whether it changes something.
    pub(crate) const fn is_award(&self) -> bool {
        matches!(self, Self::Event { .. } | Self::User | Self::Commitment { .. })
    }

    /// The call of the client that it stands for; empty for what the gateway answers by itself.
    pub(crate) const fn operation(&self) -> &'static str {
        match self {
            Self::EarningRules => "listEarningRules",
            Self::Status => "getCustomerStatus",
            Self::Event { .. } => "triggerEvent",
            Self::User => "createUser",
            Self::Commitment { .. } => "assignPoints",
            Self::Award { .. } | Self::Health => "",
        }
    }

    /// Whether koomalooma is behind it.
    pub(crate) const fn is_koomalooma(&self) -> bool {
        matches!(self, Self::User | Self::Commitment { .. })
    }
}

/// A path segment's text; `None` if it is none that the client could have sent.
fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    let text = String::from_utf8(bytes).ok()?;
    let is_one = !text.is_empty() && text != "." && text != ".." && !text.chars().any(char::is_control);
    (is_one && text.chars().count() <= 255).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::Route;
    use crate::url::push_segment;
    use proptest::prelude::*;

    #[test]
    fn paths_find_their_routes() {
        let find = |path| Route::find(path, "/loyalty");
        assert_eq!(find("/loyalty/earning-rules"), Some(Route::EarningRules));
        assert_eq!(find("/loyalty/status"), Some(Route::Status));
        assert_eq!(find("/loyalty/events/a.b"), Some(Route::Event { event_name: "a.b".to_owned() }));
        assert_eq!(find("/loyalty/users"), Some(Route::User));
        assert_eq!(find("/loyalty/users/a%2Fb/commitments"), Some(Route::Commitment { user_id: "a/b".to_owned() }));
        assert_eq!(find("/loyalty/awards/k"), Some(Route::Award { key: "k".to_owned() }));
        assert_eq!(find("/loyalty/_health"), Some(Route::Health));
        assert_eq!(Route::find("/status", "/"), Some(Route::Status));
    }

    #[test]
    fn path_tricks_find_nothing() {
        for path in [
            "/loyalty",
            "/loyalty/",
            "/loyalty//status",
            "/loyalty/status/",
            "/loyalty/Status",
            "/LOYALTY/status",
            "/loyalty/./status",
            "/loyalty/x/../status",
            "/loyalty/%2e%2e/status",
            "/loyalty%2Fstatus",
            "/loyaltystatus",
            "/loyalty-2/status",
            "/loyalty/events",
            "/loyalty/events/",
            "/loyalty/events/%",
            "/loyalty/events/%2",
            "/loyalty/events/%zz",
            "/loyalty/events/%ff",
            "/loyalty/events/a%00",
            "/loyalty/events/a%0d%0ab",
            "/loyalty/events/%2e%2e",
            "/loyalty/events/a/b",
            "/loyalty/users/a/commitments/",
            "/other/loyalty/status",
        ] {
            assert_eq!(Route::find(path, "/loyalty"), None, "{path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_the_client_encodes_is_read_back(name in "\\PC{1,60}") {
            let mut path = "/loyalty/events".to_owned();
            prop_assume!(push_segment(&mut path, &name).is_some());
            prop_assert_eq!(Route::find(&path, "/loyalty"), Some(Route::Event { event_name: name }));
        }

        #[test]
        fn nothing_breaks_it(path in "(/loyalty)?[/a-z%0-9.é]{0,40}") {
            let _ = Route::find(&path, "/loyalty");
        }
    }
}
