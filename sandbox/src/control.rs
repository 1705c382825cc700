//! `/sandbox/...`: what tests and demos use to look behind the scenes and to make things go wrong.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Sandbox;
use crate::faults::Fault;
use crate::http::{Request, Response};
use crate::koomalooma;
use crate::ledger::LedgerEntry;
use crate::open_loyalty::{Limit, Rule, RuleKind};
use crate::request_log::LoggedRequest;

/// Where the control interface lives.
pub(crate) const PREFIX: &str = "/sandbox/";

/// More than this (in milliseconds) from the real time would leave the calendar.
const MAX_OFFSET_MS: i64 = 100 * 366 * 24 * 3_600 * 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockChange {
    advance_seconds: Option<f64>,
    now: Option<Timestamp>,
}

/// Changes to somebody who can log in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CustomerChange {
    email: String,
    active: Option<bool>,
    status: Option<String>,
    level: Option<String>,
}

/// A rule for an event of the caller's own.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EventRule {
    event_name: String,
    points_amount: f64,
    #[serde(default)]
    limit: Limit,
}

impl Sandbox {
    /// Answers a request below [`PREFIX`].
    pub(crate) fn control(&mut self, request: &Request, now_ms: i64) -> Response {
        let now = self.now(now_ms);
        let method = request.method.as_str();
        let path = request.path().strip_prefix(PREFIX).unwrap_or_default();
        let response = match (method, path) {
            ("OPTIONS", _) => Response::empty(204)
                .header("access-control-allow-methods", "GET, POST, DELETE")
                .header("access-control-allow-headers", "content-type")
                .header("access-control-max-age", "3600"),
            ("GET", "ledger") => {
                koomalooma::confirm_due(&mut self.ledger, now);
                Response::json(200, &Entries { entries: self.ledger.entries() })
            }
            ("GET", "requests") => {
                let requests = self.requests.requests().collect();
                Response::json(200, &Requests { requests })
            }
            ("GET", "faults") => self.waiting_faults(200),
            ("DELETE", "faults") => {
                self.faults.clear();
                self.waiting_faults(200)
            }
            ("POST", "faults") => self.inject_fault(request).unwrap_or_else(|message| refused(&message)),
            ("GET", "clock") => self.clock(now_ms),
            ("POST", "clock") => self.move_clock(request, now_ms).unwrap_or_else(|message| refused(&message)),
            ("POST", "customers") => self.change_customer(request).unwrap_or_else(|message| refused(&message)),
            ("POST", "rules") => self.add_rule(request).unwrap_or_else(|message| refused(&message)),
            ("POST", "reset") => {
                self.reset(now_ms);
                Response::json(200, &json!({ "reset": true }))
            }
            (_, "ledger" | "requests" | "faults" | "clock" | "customers" | "rules" | "reset") => {
                Response::json(405, &json!({ "error": "this path has no such method" }))
            }
            _ => Response::json(404, &json!({ "error": "the sandbox has no such path" })),
        };
        response.header("access-control-allow-origin", "*").header("cache-control", "no-store")
    }

    fn waiting_faults(&self, status: u16) -> Response {
        Response::json(status, &Waiting { faults: self.faults.waiting() })
    }

    fn inject_fault(&mut self, request: &Request) -> Result<Response, String> {
        let fault: Fault = parse(request)?;
        fault.check()?;
        self.faults.add(fault);
        Ok(self.waiting_faults(201))
    }

    fn clock(&self, now_ms: i64) -> Response {
        let body = Clock { now: self.now(now_ms), offset_ms: self.clock_offset_ms };
        Response::json(200, &body)
    }

    fn move_clock(&mut self, request: &Request, now_ms: i64) -> Result<Response, String> {
        let change: ClockChange = parse(request)?;
        let offset_ms = match (change.advance_seconds, change.now) {
            (Some(seconds), None) => {
                let change = SignedDuration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
                let change_ms = i64::try_from(change.as_millis()).map_err(|error| error.to_string())?;
                self.clock_offset_ms.saturating_add(change_ms)
            }
            (None, Some(now)) => now.as_millisecond().saturating_sub(now_ms),
            _ => return Err("give either \"advanceSeconds\" or \"now\"".to_owned()),
        };
        if !(-MAX_OFFSET_MS..=MAX_OFFSET_MS).contains(&offset_ms) {
            return Err("the clock moves by at most 100 years".to_owned());
        }
        self.clock_offset_ms = offset_ms;
        Ok(self.clock(now_ms))
    }

    fn change_customer(&mut self, request: &Request) -> Result<Response, String> {
        let change: CustomerChange = parse(request)?;
        let open_loyalty = &mut self.open_loyalty;
        let level = match &change.level {
            Some(name) => {
                let mut levels = open_loyalty.levels.iter();
                let level = levels.find(|level| level.name == *name);
                Some(level.ok_or("no such level")?.id.clone())
            }
            None => None,
        };
        let mut users = open_loyalty.users.iter_mut();
        let user = users.find(|user| user.username == change.email).ok_or("no such customer")?;
        if let Some(active) = change.active {
            user.active = active;
        }
        if let Some(customer) = &mut user.customer {
            if let Some(status) = change.status {
                customer.status = status;
            }
            if level.is_some() {
                customer.level_id = level;
            }
        }
        Ok(Response::json(200, &json!({ "customerId": user.id })))
    }

    fn add_rule(&mut self, request: &Request) -> Result<Response, String> {
        let EventRule { event_name, points_amount, limit } = parse(request)?;
        let rule = Rule {
            earning_rule_id: self.ids.uuid(),
            name: event_name.clone(),
            description: None,
            active: true,
            all_time_active: true,
            start_at: None,
            end_at: None,
            levels: self.open_loyalty.levels.iter().map(|level| level.id.clone()).collect(),
            segments: Vec::new(),
            pos: Vec::new(),
            has_photo: false,
            last_executed_rule: false,
            usages: Vec::new(),
            kind: RuleKind::CustomEvent { event_name, points_amount, limit },
        };
        let response = Response::json(201, &json!({ "earningRuleId": rule.earning_rule_id }));
        self.open_loyalty.rules.push(rule);
        Ok(response)
    }
}

#[derive(Serialize)]
struct Entries<'a> {
    entries: &'a [LedgerEntry],
}

#[derive(Serialize)]
struct Requests<'a> {
    requests: Vec<&'a LoggedRequest>,
}

#[derive(Serialize)]
struct Waiting<'a> {
    faults: &'a [Fault],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Clock {
    now: Timestamp,
    offset_ms: i64,
}

fn parse<T: for<'a> Deserialize<'a>>(request: &Request) -> Result<T, String> {
    serde_json::from_slice(&request.body).map_err(|error| error.to_string())
}

fn refused(message: &str) -> Response {
    Response::json(400, &json!({ "error": message }))
}
