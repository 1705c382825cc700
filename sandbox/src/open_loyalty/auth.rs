//! Login, refresh, and who is behind a token.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::customer::{Role, User};
use super::{Context, OpenLoyalty, answer, jwt};
use crate::http::{Request, Response};
use crate::ledger::{Booking, Server};

/// `ttl_update` of Open Loyalty 3.2.0: every use gives a refresh token this long again.
const REFRESH_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The event that a login and a refresh fire.
const LOGGED_IN: &str = "oloy.customer.logged_in";

/// A refresh token that was handed out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshToken {
    token: String,
    user_id: String,
    valid_until: Timestamp,
}

#[derive(Serialize)]
struct Tokens<'a> {
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    refresh_token: &'a str,
}

impl OpenLoyalty {
    /// The index of the user behind a request.
    pub(super) fn authenticate(&self, request: &Request, context: &Context<'_>) -> Result<usize, Response> {
        let sends_api_key = request.header_value("x-auth-token").is_some() || request.query("auth_token").is_some();
        if sends_api_key {
            // Customers have no such login: an uncaught error, answered by the web server.
            return Err(Response::new(500, "text/html; charset=UTF-8", Vec::new()));
        }
        let token = request
            .header_value("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| answer::unauthorized("Invalid credentials"))?;
        let id = jwt::verify(token.trim(), context.ids, context.now)
            .ok_or_else(|| answer::unauthorized("Invalid JWT Token"))?;
        self.users.iter().position(|user| user.id == id && user.active).ok_or_else(|| answer::unauthorized(""))
    }

    /// The index of the participant behind a request.
    pub(super) fn participant(&self, request: &Request, context: &Context<'_>) -> Result<usize, Response> {
        let index = self.authenticate(request, context)?;
        match self.users[index].role {
            Role::Participant => Ok(index),
            Role::Admin => Err(answer::framework(403)),
        }
    }

    pub(super) fn login(
        &mut self,
        request: &Request,
        role: Role,
        context: &mut Context<'_>,
    ) -> Result<Response, Response> {
        let body = body_fields(request)?;
        let username = body.get("_username").and_then(Value::as_str).ok_or_else(|| answer::framework(400))?.trim();
        let password = body.get("_password").and_then(Value::as_str);
        let index = self
            .users
            .iter()
            .position(|user| user.role == role && user.active && user.answers_to(username))
            .filter(|&index| password == Some(self.users[index].password.as_str()))
            .ok_or_else(answer::bad_login)?;
        let refresh_token = RefreshToken {
            token: context.ids.refresh_token(),
            user_id: self.users[index].id.clone(),
            valid_until: context.now + REFRESH_TOKEN_LIFE,
        };
        let response = self.welcome(index, &refresh_token.token, false, context);
        self.refresh_tokens.push(refresh_token);
        Ok(response)
    }

    pub(super) fn refresh(&mut self, request: &Request, context: &mut Context<'_>) -> Result<Response, Response> {
        let body = body_fields(request)?;
        let token = request
            .query("refresh_token")
            .or_else(|| Some(body.get("refresh_token")?.as_str()?.to_owned()))
            .ok_or_else(answer::bad_refresh)?;
        let now = context.now;
        let known = self
            .refresh_tokens
            .iter_mut()
            .find(|known| known.token == token && now <= known.valid_until)
            .ok_or_else(answer::bad_refresh)?;
        let index = self
            .users
            .iter()
            .position(|user| user.id == known.user_id && user.active)
            .ok_or_else(answer::bad_refresh)?;
        known.valid_until = now + REFRESH_TOKEN_LIFE;
        Ok(self.welcome(index, &token, true, context))
    }

    /// Answers with tokens. A refresh counts as a login: both fire the event.
    fn welcome(&mut self, index: usize, refresh_token: &str, refresh: bool, context: &mut Context<'_>) -> Response {
        let user = &self.users[index];
        let tokens = Tokens {
            token: jwt::issue(user, context.ids, context.now, self.settings.token_ttl_seconds),
            error: user.temporary_password.then_some("password change needed"),
            refresh_token,
        };
        self.users[index].last_login_at = Some(context.now);
        let award = self.award_event(index, LOGGED_IN, context.now);
        let (earning_rule_id, points) = award.unzip();
        let booking = Booking::Login {
            customer_id: self.users[index].id.clone(),
            refresh,
            event_name: points.map(|_| LOGGED_IN.to_owned()),
            earning_rule_id,
            points,
        };
        context.ledger.book(context.now, Server::OpenLoyalty, booking);
        answer::ok_compact(&tokens)
    }
}

impl User {
    fn answers_to(&self, username: &str) -> bool {
        self.username == username
            || self.phone.as_deref() == Some(username)
            || self.loyalty_card_number.as_deref() == Some(username)
    }
}

/// The fields of a JSON or form body. A malformed JSON body is refused before any controller sees it.
pub(super) fn body_fields(request: &Request) -> Result<Map<String, Value>, Response> {
    // PHP's `empty()` holds for the text "0" too.
    if request.body.is_empty() || request.body == b"0" || request.method == "GET" {
        return Ok(Map::new());
    }
    if request.has_json_body() {
        return match serde_json::from_slice(&request.body) {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(Value::Array(_)) => Ok(Map::new()),
            _ => Err(answer::framework(400)),
        };
    }
    if request.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
        let fields = form_urlencoded::parse(&request.body);
        return Ok(fields.map(|(key, value)| (key.into_owned(), Value::String(value.into_owned()))).collect());
    }
    Ok(Map::new())
}
