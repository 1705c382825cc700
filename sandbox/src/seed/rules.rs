//! The earning rules of Kubek & Co: all ten types, and one of a later server version.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::json;

use super::Known;
use crate::calendar::{self, Period};
use crate::ids::Ids;
use crate::open_loyalty::{Label, LabelMultiplier, LabelsInclusion, Limit, Rule, RuleKind, Skus, Usage, User};

/// A rule for every level, always on.
struct Maker<'a> {
    ids: &'a mut Ids,
    everybody: Vec<String>,
    now: Timestamp,
}

impl Maker<'_> {
    fn rule(&mut self, name: &str, description: &str, kind: RuleKind) -> Rule {
        Rule {
            earning_rule_id: self.ids.uuid(),
            name: name.to_owned(),
            description: Some(description.to_owned()),
            active: true,
            all_time_active: true,
            start_at: None,
            end_at: None,
            levels: self.everybody.clone(),
            segments: Vec::new(),
            pos: Vec::new(),
            has_photo: false,
            last_executed_rule: false,
            usages: Vec::new(),
            kind,
        }
    }

    /// A use in the middle of what has passed of the current window, whatever day it is.
    fn used_within(&mut self, period: Period, user: &User) -> Usage {
        let passed = calendar::window(period, self.now)
            .map_or(SignedDuration::ZERO, |(first, _)| self.now.duration_since(first));
        self.used(self.now - passed / 2, user)
    }

    fn used(&mut self, at: Timestamp, user: &User) -> Usage {
        Usage { id: self.ids.uuid(), date: at.round(Unit::Second).unwrap_or(at), customer_id: user.id.clone() }
    }
}

fn custom_event(event_name: &str, points_amount: f64, limit: Limit) -> RuleKind {
    RuleKind::CustomEvent { event_name: event_name.to_owned(), points_amount, limit }
}

fn event(event_name: &str, points_amount: f64) -> RuleKind {
    RuleKind::Event { event_name: event_name.to_owned(), points_amount }
}

fn label(key: &str, value: &str) -> Label {
    Label { key: key.to_owned(), value: Some(value.to_owned()) }
}

pub(super) fn rules(ids: &mut Ids, known: &Known, users: &[User], now: Timestamp) -> Vec<Rule> {
    let everybody = vec![known.bronze.clone(), known.silver.clone(), known.gold.clone()];
    let mut make = Maker { ids, everybody, now };
    let mut rules = reported_events(&mut make, known, users);
    rules.extend(purchases(&mut make, known));
    rules.extend(noticed_events(&mut make, known, users));
    rules
}

/// What the shop reports.
fn reported_events(make: &mut Maker<'_>, known: &Known, users: &[User]) -> Vec<Rule> {
    let [anna, jan, ola, ..] = users else {
        return Vec::new();
    };
    let days = |days: i64| make.now + SignedDuration::from_hours(24 * days);
    let (yesterday, last_week, last_month) = (days(-1), days(-8), days(-32));
    let (opens, closes, soon, later) = (days(-11), days(3), days(10), days(40));

    let mut like = make.rule(
        "Like us",
        "Like one of our posts on Facebook.",
        custom_event("facebook_like", 100.0, Limit::per(Period::Day, 2)),
    );
    like.usages = vec![
        make.used(last_month, ola),
        make.used(yesterday, anna),
        make.used_within(Period::Day, ola),
        make.used_within(Period::Day, ola),
    ];
    let mut review = make.rule(
        "Write a review",
        "Tell others what you think of a mug, a tea or a poster.",
        custom_event("review.written", 30.0, Limit::per(Period::Week, 3)),
    );
    review.usages =
        vec![make.used(last_week, anna), make.used_within(Period::Week, anna), make.used_within(Period::Week, jan)];
    let mut gold_review = make.rule(
        "Write a review as a Gold member",
        "Gold members get twice as much for a review.",
        custom_event("review.written", 60.0, Limit::per(Period::Week, 3)),
    );
    gold_review.levels = vec![known.gold.clone(), known.platinum.clone()];
    let mut quiz = make.rule(
        "Take the tea quiz",
        "Five questions about tea, new ones every Monday.",
        custom_event("tea_quiz", 20.0, Limit::per(Period::Week, 1)),
    );
    quiz.usages =
        vec![make.used(last_week, jan), make.used_within(Period::Week, anna), make.used_within(Period::Week, ola)];
    let photo = make.rule(
        "Show your mug",
        "Share a photo of your mug with #kubekandco.",
        custom_event("photo.shared", 12.5, Limit::off()),
    );
    let birthday = make.rule(
        "Tell us your birthday",
        "So that we can send you a cup/card on the day.",
        custom_event("profile.birthday", 50.0, Limit::per(Period::Forever, 1)),
    );
    let mut poll = make.rule(
        "Answer the newsletter's question",
        "One click in our newsletter, every time it comes.",
        custom_event("newsletter.poll", 15.0, Limit::default()),
    );
    poll.levels = Vec::new();
    poll.segments = vec![known.newsletter.clone()];
    let mut tasting = make.rule(
        "Come to a tasting",
        "Gold members taste the new harvest with us, once a quarter.",
        custom_event("tasting.attended", 200.0, Limit::per(Period::Quarter, 1)),
    );
    tasting.levels = vec![known.gold.clone()];
    let mut vote = make.rule(
        "Vote for the next poster",
        "Three sketches, one goes to print.",
        custom_event("poster.voted", 40.0, Limit::per(Period::Month, 1)),
    );
    vote.all_time_active = false;
    vote.start_at = Some(opens);
    vote.end_at = Some(closes);
    vote.has_photo = true;
    let mut advent = make.rule(
        "Open the tea calendar",
        "A door a day.",
        custom_event("tea_calendar.opened", 5.0, Limit::per(Period::Day, 1)),
    );
    advent.all_time_active = false;
    advent.start_at = Some(soon);
    advent.end_at = Some(later);
    vec![like, review, gold_review, quiz, photo, birthday, poll, tasting, vote, advent]
}

/// What is earned with a purchase.
fn purchases(make: &mut Maker<'_>, known: &Known) -> Vec<Rule> {
    let base = make.rule(
        "Points on everything",
        "1 point for every 1 EUR.",
        RuleKind::Points {
            point_value: 1.0,
            excluded_skus: vec![String::new()],
            excluded_labels: Vec::new(),
            included_labels: Vec::new(),
            labels_inclusion_type: LabelsInclusion::NoneLabels,
            exclude_delivery_cost: true,
            min_order_value: 0.0,
        },
    );
    let mut big_order = make.rule(
        "More on big orders",
        "Another 0.5 points for every 1 EUR from 60 EUR on, sale items aside.",
        RuleKind::Points {
            point_value: 0.5,
            excluded_skus: vec!["gift-card".to_owned()],
            excluded_labels: vec![label("sale", "yes")],
            included_labels: Vec::new(),
            labels_inclusion_type: LabelsInclusion::ExcludeLabels,
            exclude_delivery_cost: true,
            min_order_value: 60.0,
        },
    );
    big_order.levels = vec![known.silver.clone(), known.gold.clone()];
    // The shop deleted a product from the middle of the list.
    let mugs = [("0", "mug-classic"), ("1", "mug-enamel"), ("3", "mug-travel")];
    let mugs = mugs.map(|(key, sku)| (key.to_owned(), sku.to_owned()));
    let double = make.rule(
        "Double points on mugs",
        "Every mug counts twice.",
        RuleKind::MultiplyForProduct { sku_ids: Skus::Gaps(BTreeMap::from(mugs)), labels: Vec::new(), multiplier: 2.0 },
    );
    let multiplier = |key: &str, value: &str, multiplier| LabelMultiplier {
        key: key.to_owned(),
        value: value.to_owned(),
        multiplier,
    };
    let organic = make.rule(
        "More points for organic tea",
        "Organic tea counts one and a half times, the first harvest three times.",
        RuleKind::MultiplyByProductLabels {
            label_multipliers: vec![multiplier("origin", "organic", 1.5), multiplier("harvest", "first", 3.0)],
        },
    );
    let teapot = make.rule(
        "50 points for a teapot",
        "On top of the points for its price.",
        RuleKind::ProductPurchase {
            sku_ids: Skus::List(vec!["teapot-glass".to_owned(), "teapot-iron".to_owned()]),
            points_amount: 50.0,
        },
    );
    let sample = make.rule(
        "A tea sample with your order",
        "We add a sample to your next parcel.",
        RuleKind::InstantReward { reward_campaign_id: Some(known.sample_campaign.clone()) },
    );
    vec![base, big_order, double, organic, teapot, sample]
}

/// What the server notices by itself, and what it can't do yet.
fn noticed_events(make: &mut Maker<'_>, known: &Known, users: &[User]) -> Vec<Rule> {
    let [anna, _, ola, ..] = users else {
        return Vec::new();
    };
    let account = make.rule("Join us", "For opening an account.", event("oloy.account.created", 100.0));
    let newsletter = make.rule(
        "Read our newsletter",
        "For subscribing: tea, mugs & stories, twice a month.",
        event("oloy.customer.newsletter_subscription", 25.0),
    );
    let first_purchase = make.rule(
        "Your first order",
        "A thank-you on top of the points for what you buy.",
        event("oloy.transaction.customer_first_transaction", 75.0),
    );
    let mut login = make.rule("Drop by", "", event("oloy.customer.logged_in", 1.0));
    login.description = None;
    let referral = make.rule(
        "Bring a friend",
        "For you and for your friend, with your friend's first order.",
        RuleKind::Referral {
            event_name: "first_purchase".to_owned(),
            reward_type: "both".to_owned(),
            points_amount: 150.0,
        },
    );
    let mut visit = make.rule(
        "Visit our shop in Kraków",
        "Józefa 12, open until seven.",
        RuleKind::Geolocation {
            latitude: 50.05146,
            longitude: 19.94501,
            radius: 0.25,
            points_amount: 20.0,
            limit: Limit::per(Period::Day, 1),
        },
    );
    visit.pos = vec![known.krakow.clone()];
    visit.usages = vec![make.used_within(Period::Day, ola)];
    let mut scan = make.rule(
        "Scan the code on the parcel",
        "It is printed inside the lid.",
        RuleKind::Qrcode {
            code: "KUBEK-7Q2M-LID".to_owned(),
            points_amount: 7.25,
            limit: Limit::per(Period::HalfYear, 4),
        },
    );
    scan.usages = vec![make.used_within(Period::HalfYear, anna)];
    let fields = json!({ "days": 7, "pointsAmount": 70, "restDays": ["sunday"] });
    let mut streak = make.rule(
        "Seven days in a row",
        "Drop by on seven days in a row.",
        RuleKind::Future {
            name: "streak".to_owned(),
            fields: fields.as_object().cloned().into_iter().flatten().collect(),
        },
    );
    // If it were for the online shop too, nobody could say for sure what a cart earns.
    streak.pos = vec![known.krakow.clone()];
    vec![account, newsletter, first_purchase, login, referral, visit, scan, streak]
}
