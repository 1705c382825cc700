//! What the tests share.

use earnkit_sandbox::open_loyalty::{Rule, Usage, User};
use earnkit_sandbox::{Options, Reply, Request, Response, Sandbox};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Monday, 5 January 2026, 11:00 in Warsaw.
pub(crate) const MONDAY_MS: i64 = 1_767_607_200_000;
pub(crate) const DAY_MS: i64 = 24 * 3_600 * 1_000;
pub(crate) const API_KEY: &str = "sandbox-partner-key";

/// A sandbox and the time.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) now_ms: i64,
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self::at(MONDAY_MS)
    }

    pub(crate) fn at(now_ms: i64) -> Self {
        Self { sandbox: Sandbox::new(Options::default(), now_ms), now_ms }
    }

    pub(crate) fn reply(&mut self, request: &Request) -> Reply {
        self.sandbox.handle(request, self.now_ms)
    }

    pub(crate) fn send(&mut self, request: &Request) -> Response {
        self.reply(request).response
    }

    pub(crate) fn login(&mut self, username: &str) -> Response {
        self.send(&login(username, "password"))
    }

    #[track_caller]
    pub(crate) fn token(&mut self, username: &str) -> String {
        let response = self.login(username);
        assert_eq!(response.status, 200, "{}", text(&response));
        json_body(&response)["token"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn admin_token(&mut self) -> String {
        let credentials = json!({ "_username": "admin", "_password": "open" });
        let response = self.send(&Request::new("POST", "/api/admin/login_check").json(&credentials));
        json_body(&response)["token"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn trigger(&mut self, token: &str, event_name: &str) -> Response {
        let path = format!("/api/DEFAULT/customer/earningRule/{event_name}");
        self.send(&bearer(Request::new("POST", &path), token))
    }

    #[track_caller]
    pub(crate) fn list(&mut self, token: &str) -> Vec<Value> {
        let request = Request::new("GET", "/api/DEFAULT/customer/earningRule");
        let response = self.send(&bearer(request, token));
        json_body(&response)["earningRules"].as_array().unwrap().clone()
    }

    #[track_caller]
    pub(crate) fn control(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let mut request = Request::new(method, path);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = self.send(&request);
        assert!(response.status < 300, "{}", text(&response));
        json_body(&response)
    }

    /// Everything booked, as the control interface shows it.
    #[track_caller]
    pub(crate) fn ledger(&mut self) -> Vec<Value> {
        self.control("GET", "/sandbox/ledger", &Value::Null)["entries"].as_array().unwrap().clone()
    }

    #[track_caller]
    pub(crate) fn advance(&mut self, seconds: i64) {
        self.control("POST", "/sandbox/clock", &json!({ "advanceSeconds": seconds }));
    }

    #[track_caller]
    pub(crate) fn user(&mut self, username: &str) -> &mut User {
        let mut users = self.sandbox.open_loyalty.users.iter_mut();
        users.find(|user| user.username == username).unwrap()
    }

    #[track_caller]
    pub(crate) fn rule(&mut self, name: &str) -> &mut Rule {
        let mut rules = self.sandbox.open_loyalty.rules.iter_mut();
        rules.find(|rule| rule.name == name).unwrap()
    }
}

pub(crate) fn login(username: &str, password: &str) -> Request {
    let credentials = json!({ "_username": username, "_password": password });
    Request::new("POST", "/api/DEFAULT/customer/login_check").json(&credentials)
}

pub(crate) fn bearer(request: Request, token: &str) -> Request {
    request.header("Authorization", &format!("Bearer {token}"))
}

pub(crate) fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}

#[track_caller]
pub(crate) fn json_body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

/// `2018-07-01T12:00:00+0200`.
#[track_caller]
pub(crate) fn date(text: &str) -> Timestamp {
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).unwrap()
}

/// A rule as the server lists it, as the server stores it.
#[track_caller]
pub(crate) fn stored_rule(listed: &Value) -> Rule {
    let mut rule = listed.clone();
    for field in ["startAt", "endAt"] {
        if let Some(text) = rule[field].as_str() {
            rule[field] = json!(date(text));
        }
    }
    rule["usages"] = json!(stored_usages(&listed["usages"]));
    let fields = rule.as_object_mut().unwrap();
    fields.retain(|field, _| !field.ends_with("Names") && field != "usageUrl");
    serde_json::from_value(rule).unwrap()
}

#[track_caller]
pub(crate) fn stored_usages(listed: &Value) -> Vec<Usage> {
    let usage = |usage: &Value| Usage {
        id: usage["earningRuleUsageId"]["earningRuleUsageId"].as_str().unwrap().to_owned(),
        date: date(usage["date"].as_str().unwrap()),
        customer_id: usage["subject"]["subjectId"].as_str().unwrap().to_owned(),
    };
    listed.as_array().into_iter().flatten().map(usage).collect()
}
