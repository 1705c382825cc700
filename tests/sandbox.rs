//! The typed calls against the sandbox: what the client says happened is what the ledger has.

mod support;

use earnkit::koomalooma_types::{NewCommitment, NewUser};
use earnkit::open_loyalty_types::{EarningRule, KnownRule, PathStyle, RuleKind};
use earnkit::{Code, Outcome};
use earnkit_sandbox::{Booking, ConfirmationStatus};

use support::shop::{DAY_MS, STYLES, Shop, commitment, customer, fails, koomalooma, login, options, server, works};

fn event_rule<'a>(rules: &'a [EarningRule], name: &str) -> &'a EarningRule {
    let is_it = |rule: &&EarningRule| matches!(&rule.kind, RuleKind::Known(KnownRule::CustomEvent { event_name, .. }) if event_name == name);
    rules.iter().find(is_it).expect("the rule is listed")
}

#[test]
fn a_customer_signs_in_lists_the_rules_uses_one_and_sees_the_points() {
    for style in STYLES {
        let shop = Shop::new();
        let tokens = login(&shop, style, "anna@example.com");
        assert!(!tokens.password_change_needed);
        let anna = customer(style, Some(&tokens.token));
        let before = works(shop.list_earning_rules(&anna, options()));
        assert_eq!(before.currency.as_deref(), Some("EUR"));
        let status_before = works(shop.get_customer_status(&anna, options()));
        assert_eq!(status_before.level_name.as_deref(), Some("Silver"));
        assert_eq!(status_before.currency.as_deref(), Some("EUR"));
        let points = works(shop.trigger_event(&anna, "photo.shared", options())).points;
        assert!((points - 12.5).abs() < f64::EPSILON);
        let booked = Booking::Event {
            customer_id: shop.transport().customer_id("anna@example.com"),
            event_name: "photo.shared".to_owned(),
            earning_rule_id: event_rule(&before.earning_rules, "photo.shared").earning_rule_id.clone(),
            points,
        };
        assert_eq!(shop.transport().bookings().last(), Some(&booked));
        let status = works(shop.get_customer_status(&anna, options()));
        assert!((status.points - status_before.points - points).abs() < 1e-9);
        assert!((status.total_earned_points - status_before.total_earned_points - points).abs() < 1e-9);
        let after = works(shop.list_earning_rules(&anna, options()));
        let used = |rules: &[EarningRule]| event_rule(rules, "photo.shared").usages.as_ref().map(Vec::len);
        assert_eq!((used(&before.earning_rules), used(&after.earning_rules)), (Some(0), Some(1)));
    }
}

#[test]
fn both_path_styles_list_the_same_rules_of_all_types() {
    let shop = Shop::new();
    let tokens = login(&shop, PathStyle::Store, "anna@example.com");
    let [store, legacy] =
        STYLES.map(|style| works(shop.list_earning_rules(&customer(style, Some(&tokens.token)), options())));
    assert_eq!(store, legacy);
    assert!(store.earning_rules.len() >= 12);
    let types: std::collections::BTreeSet<String> = store
        .earning_rules
        .iter()
        .map(|rule| serde_json::to_value(rule).expect("it is JSON")["type"].as_str().expect("a type").to_owned())
        .collect();
    assert_eq!(types.len(), 11, "{types:?}");
    let unknown: Vec<_> =
        store.earning_rules.iter().filter(|rule| matches!(rule.kind, RuleKind::Unknown { .. })).collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!(unknown[0].name, "Seven days in a row");
}

#[test]
fn everybody_sees_only_their_own_usages() {
    let shop = Shop::new();
    for username in ["anna@example.com", "jan@example.com", "ola@example.com"] {
        let tokens = login(&shop, PathStyle::Store, username);
        let listed = works(shop.list_earning_rules(&customer(PathStyle::Store, Some(&tokens.token)), options()));
        let sandbox = shop.transport().sandbox.borrow();
        let own_id = shop.transport().customer_id(username);
        let mut own_usages = 0;
        for rule in &listed.earning_rules {
            let stored =
                sandbox.open_loyalty.rules.iter().find(|stored| stored.earning_rule_id == rule.earning_rule_id);
            let stored = &stored.expect("the rule is the sandbox's").usages;
            let own = stored.iter().filter(|usage| usage.customer_id == own_id).map(|usage| usage.date);
            let shown = rule.usages.iter().flatten();
            let shown: Vec<jiff::Timestamp> = shown.map(|usage| usage.date.parse().expect("RFC 3339")).collect();
            assert_eq!(shown, own.collect::<Vec<_>>(), "{}", rule.name);
            own_usages += shown.len();
        }
        assert!(own_usages > 0, "{username} has used nothing");
    }
}

#[test]
fn a_limit_holds_until_its_window_ends() {
    for style in STYLES {
        let shop = Shop::of(Some("jan@example.com"));
        let jan = customer(style, None);
        for _ in 0..2 {
            works(shop.trigger_event(&jan, "facebook_like", options()));
        }
        let error =
            fails(shop.trigger_event(&jan, "facebook_like", options()), Code::LimitExceeded, Outcome::NotApplied);
        assert_eq!((error.status(), error.attempts()), (Some(400), 1));
        assert_eq!(shop.transport().awards(), 2);
        shop.transport().advance_ms(DAY_MS);
        works(shop.trigger_event(&jan, "facebook_like", options()));
        assert_eq!(shop.transport().awards(), 3);
    }
}

#[test]
fn an_event_may_not_be_there_for_this_customer_now() {
    for style in STYLES {
        let shop = Shop::of(Some("anna@example.com"));
        let anna = customer(style, None);
        // Unknown; for Gold members; not yet begun; the server's own.
        for event in ["no_such_event", "tasting.attended", "tea_calendar.opened", "oloy.customer.logged_in"] {
            fails(shop.trigger_event(&anna, event, options()), Code::EventUnavailable, Outcome::NotApplied);
        }
        fails(shop.trigger_event(&anna, "a/b", options()), Code::NotFound, Outcome::NotApplied);
        assert_eq!(shop.transport().awards(), 0);
    }
    let nobody = Shop::of(Some("guest@example.com"));
    fails(
        nobody.trigger_event(&customer(PathStyle::Store, None), "photo.shared", options()),
        Code::NotFound,
        Outcome::NotApplied,
    );
}

#[test]
fn another_store_is_not_found() {
    let shop = Shop::of(Some("anna@example.com"));
    let mut anna = customer(PathStyle::Store, None);
    anna.server.store_code = Some("OTHER".to_owned());
    let error = fails(shop.list_earning_rules(&anna, options()), Code::NotFound, Outcome::NotApplied);
    assert!(error.to_string().contains("storeCode"), "{error}");
}

#[test]
fn an_expired_token_is_unauthorized() {
    for style in STYLES {
        let shop = Shop::new();
        let tokens = login(&shop, style, "anna@example.com");
        let anna = customer(style, Some(&tokens.token));
        shop.transport().advance_ms(DAY_MS + 2_000.0);
        fails(shop.trigger_event(&anna, "photo.shared", options()), Code::Unauthorized, Outcome::NotApplied);
        fails(shop.list_earning_rules(&anna, options()), Code::Unauthorized, Outcome::NotApplied);
        fails(shop.get_customer_status(&anna, options()), Code::Unauthorized, Outcome::NotApplied);
        assert_eq!(shop.transport().awards(), 0);
        let fresh = works(shop.refresh_tokens(&server(style), &tokens.refresh_token, options()));
        works(shop.trigger_event(&customer(style, Some(&fresh.token)), "photo.shared", options()));
        assert_eq!(shop.transport().awards(), 1);
    }
}

#[test]
fn a_forged_token_is_unauthorized() {
    let shop = Shop::new();
    let tokens = login(&shop, PathStyle::Store, "anna@example.com");
    let forged = format!("{}x", tokens.token);
    let error = fails(
        shop.trigger_event(&customer(PathStyle::Store, Some(&forged)), "photo.shared", options()),
        Code::Unauthorized,
        Outcome::NotApplied,
    );
    assert_eq!(error.server_message(), Some("Invalid JWT Token"));
}

#[test]
fn wrong_credentials_are_unauthorized() {
    for style in STYLES {
        let shop = Shop::new();
        for (username, password) in
            [("anna@example.com", "wrong"), ("nobody@example.com", "password"), ("marek@example.com", "password")]
        {
            let error = fails(
                shop.login(&server(style), username, password, options()),
                Code::Unauthorized,
                Outcome::NotApplied,
            );
            assert_eq!(error.server_message(), Some("Bad credentials."));
        }
        fails(shop.refresh_tokens(&server(style), "no such token", options()), Code::Unauthorized, Outcome::NotApplied);
        assert_eq!(shop.transport().bookings(), []);
    }
}

#[test]
fn logins_and_refreshes_fire_the_login_rule() {
    for style in STYLES {
        let shop = Shop::new();
        let tokens = login(&shop, style, "anna@example.com");
        works(shop.refresh_tokens(&server(style), &tokens.refresh_token, options()));
        let earned: Vec<_> = shop
            .transport()
            .bookings()
            .into_iter()
            .map(|booking| match booking {
                Booking::Login { refresh, points, .. } => (refresh, points),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(earned, [(false, Some(1.0)), (true, Some(1.0))]);
        assert!(login(&shop, style, "ewa@example.com").password_change_needed);
    }
}

#[test]
fn a_partner_enrols_a_user_and_assigns_points() {
    let shop = Shop::new();
    let partner = koomalooma("sandbox-partner-key");
    let new = NewUser {
        partner_id: "sandbox-shop".to_owned(),
        partner_user_id: "customer/42 ż".to_owned(),
        user_session_id: "session-1".to_owned(),
    };
    let user = works(shop.create_user(&partner, Some(&new), options()));
    assert_eq!(user.partner_user_id, "customer/42 ż");
    let anonymous = works(shop.create_user(&partner, None, options()));
    assert_eq!(anonymous.partner_id.as_deref(), Some("sandbox-shop"));
    let assigned = works(shop.assign_points(&partner, "customer/42 ż", &commitment(), options()));
    assert_eq!((assigned.loyalty_units, assigned.redeemed), (Some(24), Some(false)));
    assert_eq!(assigned.confirmation_status.as_deref(), Some("pending"));
    assert_eq!(assigned.user_id.as_deref(), Some("customer/42 ż"));
    assert_eq!(assigned.promotion_goal_description.as_deref(), Some("Zwei Becher"));
    assert_eq!(assigned.created_at.as_deref(), Some("2026-01-01T10:00:00+00:00"));
    assert_eq!(assigned.goal.and_then(|goal| goal.value).as_deref(), Some("24.90"));
    let bookings = shop.transport().bookings();
    assert_eq!(bookings.len(), 3);
    assert_eq!(
        bookings[2],
        Booking::Commitment {
            user_id: "customer/42 ż".to_owned(),
            commitment_id: assigned.id,
            campaign_id: "sandbox-campaign".to_owned(),
            transaction_value: "24.90".to_owned(),
            points: 24.0,
            confirmation_status: ConfirmationStatus::Pending,
        }
    );
}

#[test]
fn koomalooma_refuses() {
    let shop = Shop::new();
    let stranger = koomalooma("another-key");
    fails(shop.create_user(&stranger, None, options()), Code::Forbidden, Outcome::NotApplied);
    fails(shop.assign_points(&stranger, "u", &commitment(), options()), Code::Forbidden, Outcome::NotApplied);
    let other_campaign = NewCommitment { campaign_id: "another".to_owned(), ..commitment() };
    let partner = koomalooma("sandbox-partner-key");
    let error =
        fails(shop.assign_points(&partner, "u", &other_campaign, options()), Code::Rejected, Outcome::NotApplied);
    assert_eq!((error.status(), error.server_message()), (Some(400), None));
    assert_eq!(shop.transport().bookings(), []);
}
