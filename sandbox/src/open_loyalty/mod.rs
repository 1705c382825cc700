//! Open Loyalty 3.2, under its own paths and under those with a store code that 4.x documents.

mod admin;
mod answer;
mod auth;
mod customer;
mod earn;
mod jwt;
pub mod purchase;
mod rule;
mod rule_view;
mod status;
mod transaction;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::admin::Report;
pub use self::auth::RefreshToken;
pub use self::customer::{Customer, Role, Transaction, Transfer, User};
pub use self::rule::{Label, LabelMultiplier, LabelsInclusion, Limit, Rule, RuleKind, Skus, Usage};
use crate::http::{Request, Response};
use crate::ids::Ids;
use crate::ledger::Ledger;

/// Everything that an Open Loyalty server knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenLoyalty {
    /// How the shop set it up.
    pub settings: Settings,
    /// The levels.
    pub levels: Vec<Level>,
    /// The segments.
    pub segments: Vec<Segment>,
    /// The points of sale.
    pub points_of_sale: Vec<PointOfSale>,
    /// The rules, in the order of the list.
    pub rules: Vec<Rule>,
    /// Everybody who can log in.
    pub users: Vec<User>,
    /// The refresh tokens in circulation.
    pub refresh_tokens: Vec<RefreshToken>,
}

/// How a shop set up its server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The store of the paths with a store code.
    pub store_code: String,
    /// The address in `usageUrl`.
    pub base_url: String,
    /// ISO 4217.
    pub currency: String,
    /// The customer statuses that may earn.
    pub statuses_earning: Vec<String>,
    /// The SKUs that stand for delivery.
    pub excluded_delivery_skus: Vec<String>,
    /// The campaigns whose instant rewards can be given.
    pub available_reward_campaigns: Vec<String>,
    /// How long a token lives.
    pub token_ttl_seconds: i64,
    /// How long points live.
    pub points_days_active: i64,
}

/// A level.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Level {
    /// A UUID.
    pub id: String,
    /// Such as `Gold`.
    pub name: String,
    /// The points it takes to get there.
    pub condition_value: f64,
    /// The discount, as a fraction.
    pub reward: f64,
}

/// A segment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Segment {
    /// A UUID.
    pub id: String,
    /// Such as `Newsletter readers`.
    pub name: String,
}

/// A point of sale.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PointOfSale {
    /// A UUID.
    pub id: String,
    /// Such as `Kraków`.
    pub name: String,
}

pub(crate) trait Named {
    fn id(&self) -> &str;
    fn name(&self) -> &str;
}

macro_rules! named {
    ($($type:ty),*) => {$(
        impl Named for $type {
            fn id(&self) -> &str {
                &self.id
            }
            fn name(&self) -> &str {
                &self.name
            }
        }
    )*};
}
named!(Level, Segment, PointOfSale);

/// What a request may read and write besides the server's own state.
pub(crate) struct Context<'a> {
    pub(crate) now: Timestamp,
    pub(crate) ids: &'a mut Ids,
    pub(crate) ledger: &'a mut Ledger,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("now", &self.now).finish_non_exhaustive()
    }
}

/// What a path leads to.
#[derive(Debug)]
enum Route<'a> {
    List,
    Trigger(&'a str),
    Status(&'a str),
    Login(Role),
    Refresh,
    Transaction,
    Report { report: Report<'a>, customer_id: &'a str },
}

impl OpenLoyalty {
    pub(crate) fn handle(&mut self, request: &Request, mut context: Context<'_>) -> Response {
        let response = self.dispatch(request, &mut context).unwrap_or_else(|refusal| refusal);
        // Symfony's default.
        response.header("cache-control", "no-cache, private")
    }

    /// As the framework does it: first the route, then the body, then the firewall, then the controller.
    fn dispatch(&mut self, request: &Request, context: &mut Context<'_>) -> Result<Response, Response> {
        let not_found = || answer::framework(404);
        let segments = request.segments().ok_or_else(not_found)?;
        // An encoded slash is decoded before the route is looked up.
        if segments.iter().any(|segment| segment.contains('/')) {
            return Err(not_found());
        }
        let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        let route = self.route(&segments).ok_or_else(not_found)?;
        let is_read = matches!(request.method.as_str(), "GET" | "HEAD");
        let is_post = request.method == "POST";
        match route {
            Route::List | Route::Status(_) if !is_read => {
                return Err(answer::method_not_allowed("GET"));
            }
            Route::Trigger(_) | Route::Transaction | Route::Report { .. } if !is_post => {
                return Err(answer::method_not_allowed("POST"));
            }
            Route::Refresh if !is_post && !is_read => {
                return Err(answer::method_not_allowed("GET, POST"));
            }
            // Recorded: not a 405.
            Route::Login(_) if !is_post => return Err(not_found()),
            _ => {}
        }
        auth::body_fields(request)?;
        match route {
            Route::List => {
                self.participant(request, context)?;
                Ok(self.list_rules(context.now))
            }
            Route::Trigger(event_name) => {
                let user = self.participant(request, context)?;
                self.trigger_event(user, event_name, context)
            }
            Route::Status(customer_id) => {
                let user = self.participant(request, context)?;
                self.status(user, customer_id, context.now)
            }
            Route::Login(role) => self.login(request, role, context),
            Route::Refresh => self.refresh(request, context),
            Route::Transaction => self.book_purchase(request, context),
            Route::Report { report, customer_id } => self.report(request, report, customer_id, context),
        }
    }

    fn route<'a>(&self, segments: &[&'a str]) -> Option<Route<'a>> {
        let path = segments.strip_prefix(&["api"])?;
        match *path {
            ["customer", "earnRule", event_name] if !event_name.is_empty() => Some(Route::Trigger(event_name)),
            ["v1", "earnRule", event_name, "customer", customer_id] if !event_name.is_empty() => {
                Some(Route::Report { report: Report::Event(event_name), customer_id })
            }
            ["earningRule", "geolocation", "customer", customer_id] => {
                Some(Route::Report { report: Report::Geolocation, customer_id })
            }
            ["earningRule", "qrcode", "customer", customer_id] => {
                Some(Route::Report { report: Report::Qrcode, customer_id })
            }
            ["admin", "login_check"] => Some(Route::Login(Role::Admin)),
            ["customer" | "token" | "transaction", ..] => Self::common_route(path),
            [store_code, ref path @ ..] if store_code == self.settings.store_code => match *path {
                ["customer", "earningRule", event_name] if !event_name.is_empty() => Some(Route::Trigger(event_name)),
                _ => Self::common_route(path),
            },
            _ => None,
        }
    }

    /// What both generations have.
    fn common_route<'a>(path: &[&'a str]) -> Option<Route<'a>> {
        match *path {
            ["customer", "earningRule"] => Some(Route::List),
            ["customer", "login_check"] => Some(Route::Login(Role::Participant)),
            ["customer", customer_id, "status"] => Some(Route::Status(customer_id)),
            ["token", "refresh"] => Some(Route::Refresh),
            ["transaction"] => Some(Route::Transaction),
            _ => None,
        }
    }
}
