//! Connections that break: what the client says of an award is true, whatever the ledger has.

mod support;

use earnkit::open_loyalty_types::PathStyle;
use earnkit::{Code, Outcome};
use earnkit_sandbox::{Fault, FaultKind};

use support::block_on;
use support::shop::{Shop, commitment, customer, fails, koomalooma, login, options, works};

/// A fault, what the client says of an award then, and whether the award happened.
fn faults() -> Vec<(Fault, Code, Outcome, bool)> {
    let status = |status: u16| Fault { status: Some(status), ..Fault::new(FaultKind::Status) };
    let applied = |fault: Fault| Fault { applied: Some(true), ..fault };
    vec![
        (Fault::new(FaultKind::DropBefore), Code::Network, Outcome::Unknown, false),
        (Fault::new(FaultKind::ApplyThenDrop), Code::Network, Outcome::Unknown, true),
        (Fault::new(FaultKind::StallHeaders), Code::Timeout, Outcome::Unknown, true),
        (Fault::new(FaultKind::StallBody), Code::Timeout, Outcome::Applied, true),
        (Fault::new(FaultKind::Truncate), Code::Network, Outcome::Applied, true),
        (Fault::new(FaultKind::Oversize), Code::InvalidResponse, Outcome::Applied, true),
        (Fault::new(FaultKind::Html), Code::InvalidResponse, Outcome::Unknown, false),
        (applied(Fault::new(FaultKind::Html)), Code::InvalidResponse, Outcome::Unknown, true),
        (Fault::new(FaultKind::Redirect), Code::Redirected, Outcome::Unknown, false),
        (status(401), Code::Unauthorized, Outcome::NotApplied, false),
        (status(403), Code::Forbidden, Outcome::NotApplied, false),
        (status(404), Code::NotFound, Outcome::NotApplied, false),
        (status(422), Code::Rejected, Outcome::NotApplied, false),
        (status(429), Code::RateLimited, Outcome::NotApplied, false),
        (status(408), Code::Timeout, Outcome::Unknown, false),
        (status(409), Code::Conflict, Outcome::Unknown, false),
        (status(503), Code::ServerError, Outcome::Unknown, false),
        (applied(status(500)), Code::ServerError, Outcome::Unknown, true),
        (applied(Fault { body: Some("".into()), ..status(400) }), Code::Rejected, Outcome::Unknown, true),
    ]
}

#[test]
fn an_award_that_goes_wrong_is_sent_once_and_told_as_it_is() {
    for (fault, code, outcome, happened) in faults() {
        let shop = Shop::new();
        let tokens = login(&shop, PathStyle::Store, "anna@example.com");
        let anna = customer(PathStyle::Store, Some(&tokens.token));
        shop.transport().add_fault(fault);
        let error = fails(shop.trigger_event(&anna, "photo.shared", options()), code, outcome);
        assert_eq!(error.attempts(), 1);
        assert_eq!(shop.transport().awards(), usize::from(happened), "{error}");
    }
}

#[test]
fn a_commitment_that_goes_wrong_is_sent_once_and_told_as_it_is() {
    // koomalooma refuses with an empty 400 as documented, which is a refusal there.
    for (fault, code, outcome, happened) in faults().into_iter().filter(|(fault, ..)| fault.status != Some(400)) {
        let shop = Shop::new();
        shop.transport().add_fault(fault);
        let error =
            fails(shop.assign_points(&koomalooma("sandbox-partner-key"), "u", &commitment(), options()), code, outcome);
        assert_eq!(error.attempts(), 1);
        assert_eq!(shop.transport().awards(), usize::from(happened), "{error}");
    }
}

#[test]
fn a_read_survives_two_faults() {
    for kind in [
        FaultKind::DropBefore,
        FaultKind::ApplyThenDrop,
        FaultKind::StallHeaders,
        FaultKind::StallBody,
        FaultKind::Truncate,
        FaultKind::Status,
    ] {
        let shop = Shop::new();
        let tokens = login(&shop, PathStyle::Store, "anna@example.com");
        let anna = customer(PathStyle::Store, Some(&tokens.token));
        shop.transport().add_fault(Fault { count: 2, ..Fault::new(kind) });
        works(shop.list_earning_rules(&anna, options()));
        shop.transport().add_fault(Fault { count: 2, ..Fault::new(kind) });
        works(shop.get_customer_status(&anna, options()));
        shop.transport().add_fault(Fault { count: 3, ..Fault::new(kind) });
        let Err(error) = block_on(shop.list_earning_rules(&anna, options())) else { panic!("it works") };
        assert_eq!((error.outcome(), error.attempts()), (Outcome::NotApplied, 3), "{kind:?}");
    }
}

#[test]
fn a_token_that_expires_on_the_way_is_replaced_and_the_award_booked_once() {
    let shop = Shop::of(Some("anna@example.com"));
    let anna = customer(PathStyle::Store, None);
    let refusal = Fault { status: Some(401), path: Some("earningRule".to_owned()), ..Fault::new(FaultKind::Status) };
    shop.transport().add_fault(refusal.clone());
    works(shop.trigger_event(&anna, "photo.shared", options()));
    assert_eq!(shop.transport().awards(), 1);
    shop.transport().add_fault(Fault { count: 2, ..refusal });
    let error = fails(shop.trigger_event(&anna, "photo.shared", options()), Code::Unauthorized, Outcome::NotApplied);
    assert_eq!((error.attempts(), shop.transport().awards()), (2, 1));
}
