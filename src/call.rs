//! A call, checked and ready to be sent: an endpoint as data, and how the caller's arguments become a
//! request to it.

use crate::arguments::{Arguments, GATEWAY, Options};
use crate::error::{Error, Operation};
use crate::gateway_target;
use crate::http::{Method, Request};
use crate::scan::{Record, Table};
use crate::{text, url};

/// What a call does.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) operation: Operation,
    pub(crate) server: &'static Server,
    /// The parameters: `{"<name>": value, ..., "options"?: ..., "browser"?: true, "asks"?: true}`.
    /// `browser` says that this is a page or one of its workers, `asks` that there is a function for tokens or
    /// headers, `gateway` that the server is one, and `key` is then a random key for an award.
    pub(crate) parameters: &'static Table,
    /// Method and path, with a store code and without, and below a gateway's address (empty: it does not do this).
    /// `{name}` stands for a parameter, a field of the server, or the customer's id, as a path segment.
    pub(crate) routes: [&'static str; 3],
    /// The body, for the server itself and for a gateway.
    pub(crate) bodies: [Body; 2],
    /// What a success looks like.
    pub(crate) answer: &'static Table,
}

/// The parameter that becomes the body (no name: all of them), and what it looks like.
pub(crate) type Body = Option<(&'static str, &'static Table)>;

/// What the calls to a kind of server have in common.
#[derive(Debug)]
pub(crate) struct Server {
    /// The parameter that says which server.
    pub(crate) name: &'static str,
    /// Its field that is the address.
    pub(crate) address: &'static str,
    pub(crate) table: &'static Table,
    /// Adds the credential.
    pub(crate) authenticate: fn(&Arguments, &Record, &mut Call) -> Result<(), Error>,
    /// What to try after a 404, with a store code in the path and without.
    pub(crate) not_found: [&'static str; 2],
}

/// Where a call's secret comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// It is in the request, or none is needed.
    Included,
    /// The store's token function is asked for it.
    AskToken,
    /// The store's headers function is asked for it.
    AskHeaders,
    /// The store has none: a guest.
    Missing,
}

/// A call, checked.
#[allow(missing_debug_implementations, reason = "the request holds secrets")]
pub(crate) struct Call {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) is_through_gateway: bool,
    pub(crate) request: Request,
    pub(crate) credential: Credential,
    /// The method and path without ids, for logging.
    pub(crate) route: &'static str,
    /// What of the path is still to be filled in, and where it goes.
    path_rest: (&'static str, usize),
    /// The customer that the token belongs to, if it says so.
    pub(crate) customer_id: Option<String>,
    /// What must not appear in an error.
    pub(crate) secrets: Vec<String>,
    /// What to try after a 404.
    pub(crate) not_found: &'static str,
    pub(crate) options: Options,
}

impl Call {
    /// Checks the arguments and makes the request.
    pub(crate) fn prepare(endpoint: &'static Endpoint, json: &[u8]) -> Result<Box<Self>, Error> {
        let arguments = Arguments::read(endpoint.operation, json, endpoint.parameters)?;
        let options = arguments.options()?;
        let is_through_gateway = arguments.flag(GATEWAY.name);
        let kind = if is_through_gateway { &gateway_target::SERVER } else { endpoint.server };
        let name = kind.name;
        let server = arguments.object_named(endpoint.server.name, name, kind.table)?;
        let server = server.ok_or_else(|| arguments.invalid(name, "an object"))?;
        let invalid = |field: &str, advice: &str| {
            let mut path = name.to_owned();
            path.push_str(field);
            arguments.invalid(&path, advice)
        };
        let style = match server.text("pathStyle").as_deref() {
            None | Some("store") => 0,
            Some("legacy") => 1,
            Some(_) => return Err(invalid(".pathStyle", "\"store\" or \"legacy\"")),
        };
        let [store, legacy, below_gateway] = endpoint.routes;
        let [to_server, to_gateway] = endpoint.bodies;
        let (route, body) = match style {
            _ if is_through_gateway => (below_gateway, to_gateway),
            0 => (store, to_server),
            _ => (legacy, to_server),
        };
        if route.is_empty() {
            let path = [endpoint.server.name, ".gatewayUrl"].concat();
            return Err(arguments.invalid(&path, "left out: a gateway gives no tokens away, so call the server itself"));
        }
        let (method, path) = text::split_once(route, b' ').unwrap_or_default();
        let base_url = url::base(&server.text(kind.address).unwrap_or_default());
        let mut call = Box::new(Self {
            endpoint,
            is_through_gateway,
            request: Request {
                method: if method == "GET" { Method::Get } else { Method::Post },
                url: base_url.ok_or_else(|| invalid(&[".", kind.address].concat(), url::BASE_ADVICE))?,
                headers: vec![("Accept".into(), "application/json".to_owned())],
                body: None,
            },
            credential: Credential::Included,
            route,
            path_rest: (path, 0),
            customer_id: None,
            secrets: Vec::new(),
            not_found: kind.not_found.get(style).copied().unwrap_or_default(),
            options,
        });
        if let Some((name, table)) = body {
            let body = if name.is_empty() {
                Some(Arguments::read(endpoint.operation, json, table)?.into_record())
            } else {
                arguments.object(name, table)?
            };
            call.request.body = body.map(Record::into_json);
        }
        if call.request.body.is_some() {
            call.request.headers.push(("Content-Type".into(), "application/json".to_owned()));
        }
        call.path_rest.1 = call.request.url.len();
        let filled = call.fill_path(|name| arguments.text(name).or_else(|| server.text(name)));
        filled.map_err(|name| match arguments.text(name) {
            Some(_) => arguments.invalid(name, url::SEGMENT_ADVICE),
            None => invalid(&[".", name].concat(), url::SEGMENT_ADVICE),
        })?;
        (kind.authenticate)(&arguments, &server, &mut call)?;
        Ok(call)
    }

    /// Fills in the rest of the path, as far as the values are known. Fails with the name of one that
    /// can't be a path segment.
    pub(crate) fn fill_path(&mut self, value: impl Fn(&str) -> Option<String>) -> Result<(), &'static str> {
        let (mut rest, length) = self.path_rest;
        let url = &mut self.request.url;
        url.truncate(length);
        while let Some((literal, tail)) = text::split_once(rest, b'{') {
            let (name, after) = text::split_once(tail, b'}').unwrap_or_default();
            let Some(segment) = value(name) else { break };
            url.push_str(literal.strip_suffix('/').unwrap_or(literal));
            url::push_segment(url, &segment).ok_or(name)?;
            rest = after;
        }
        if text::split_once(rest, b'{').is_none() {
            url.push_str(rest);
            rest = "";
        }
        self.path_rest = (rest, url.len());
        Ok(())
    }
}
