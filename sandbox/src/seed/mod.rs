//! What the sandbox starts with: "Kubek & Co", a shop for mugs, tea and posters.
//!
//! | user | password | |
//! |---|---|---|
//! | `anna@example.com` | `password` | level Silver, reads the newsletter, has used some rules |
//! | `jan@example.com` | `password` | level Gold |
//! | `ola@example.com` | `password` | level Bronze, has used a lot of rules |
//! | `ewa@example.com` | `password` | a temporary password, and a status that may not earn |
//! | `marek@example.com` | `password` | no longer active |
//! | `guest@example.com` | `password` | a participant without a customer behind |
//! | `admin` (`/api/admin/login_check`) | `open` | not a participant |
//!
//! Its rules know the products `mug-classic`, `mug-enamel` and `mug-travel` (double points), `teapot-glass` and
//! `teapot-iron` (50 points), `gift-card` and `delivery`, and the labels `origin: organic`, `harvest: first` and
//! `sale: yes`; any other product earns by its price.

mod people;
mod rules;

use jiff::Timestamp;

use crate::ids::Ids;
use crate::koomalooma::Koomalooma;
use crate::open_loyalty::{Level, OpenLoyalty, PointOfSale, Segment, Settings};

/// What `GET /` says.
pub(crate) const WELCOME: &str = "\
The earnkit sandbox: an Open Loyalty and a koomalooma server to try things on.

Open Loyalty   /api/DEFAULT/customer/...   and, as up to 3.x, /api/customer/...
               anna@example.com / password (Silver), jan@example.com / password (Gold)
koomalooma     /koomalooma/api/users       X-KoomaLooma-JWT: sandbox-partner-key
               partner sandbox-shop, campaign sandbox-campaign
Control        GET    /sandbox/ledger      everything that was booked
               GET    /sandbox/requests    the last requests
               GET    /sandbox/faults      POST adds one, DELETE clears them
               GET    /sandbox/clock       POST {\"advanceSeconds\": 3600} or {\"now\": \"2026-12-24T18:00:00Z\"}
               POST   /sandbox/customers   {\"email\": ..., \"active\"?, \"status\"?, \"level\"?}
               POST   /sandbox/rules       {\"eventName\": ..., \"pointsAmount\": ..., \"limit\"?}
               POST   /sandbox/reset
The shop       POST   /api/transaction     books a purchase; its token comes from /api/admin/login_check,
                                           admin / open
";

/// The ids that rules and customers refer to.
struct Known {
    bronze: String,
    silver: String,
    gold: String,
    /// Was deleted: rules still name it, the list of levels does not.
    platinum: String,
    newsletter: String,
    tea_club: String,
    krakow: String,
    sample_campaign: String,
}

pub(crate) fn koomalooma() -> Koomalooma {
    Koomalooma {
        api_key: "sandbox-partner-key".to_owned(),
        partner_id: "sandbox-shop".to_owned(),
        campaign_ids: vec!["sandbox-campaign".to_owned()],
    }
}

pub(crate) fn open_loyalty(ids: &mut Ids, now: Timestamp) -> OpenLoyalty {
    let known = Known {
        bronze: ids.uuid(),
        silver: ids.uuid(),
        gold: ids.uuid(),
        platinum: ids.uuid(),
        newsletter: ids.uuid(),
        tea_club: ids.uuid(),
        krakow: ids.uuid(),
        sample_campaign: ids.uuid(),
    };
    let users = people::users(ids, &known, now);
    let rules = rules::rules(ids, &known, &users, now);
    let level = |id: &String, name: &str, condition_value, reward| Level {
        id: id.clone(),
        name: name.to_owned(),
        condition_value,
        reward,
    };
    let segment = |id: &String, name: &str| Segment { id: id.clone(), name: name.to_owned() };
    OpenLoyalty {
        settings: Settings {
            store_code: "DEFAULT".to_owned(),
            base_url: "https://loyalty.kubek.example".to_owned(),
            currency: "EUR".to_owned(),
            statuses_earning: vec!["active".to_owned()],
            excluded_delivery_skus: vec!["delivery".to_owned()],
            available_reward_campaigns: vec![known.sample_campaign.clone()],
            token_ttl_seconds: 86_400,
            points_days_active: 365,
        },
        levels: vec![
            level(&known.bronze, "Bronze", 0.0, 0.0),
            level(&known.silver, "Silver", 200.0, 0.05),
            level(&known.gold, "Gold", 1_500.0, 0.1),
        ],
        segments: vec![segment(&known.newsletter, "Newsletter readers"), segment(&known.tea_club, "Tea club")],
        points_of_sale: vec![PointOfSale { id: known.krakow.clone(), name: "Kubek & Co, Kraków".to_owned() }],
        rules,
        users,
        refresh_tokens: Vec::new(),
    }
}
