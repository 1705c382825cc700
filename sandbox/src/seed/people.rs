//! Who shops at Kubek & Co.

use jiff::{SignedDuration, Timestamp};

use super::Known;
use crate::ids::Ids;
use crate::open_loyalty::{Customer, Role, Transaction, Transfer, User};

const PASSWORD: &str = "password";

pub(super) fn users(ids: &mut Ids, known: &Known, now: Timestamp) -> Vec<User> {
    let days = |days: i64| now + SignedDuration::from_hours(24 * days);
    let transfer = |at: i64, points, used| Transfer {
        at: days(at),
        points,
        used,
        locked_until: None,
        expires_at: Some(days(at + 365)),
    };
    let purchase = |at: i64, number: &str, gross_value, delivery_value| Transaction {
        at: days(at),
        document_number: number.to_owned(),
        gross_value,
        delivery_value,
    };

    let anna = Customer {
        level_id: Some(known.silver.clone()),
        segments: vec![known.newsletter.clone()],
        transfers: vec![
            transfer(-400, 60.0, 22.5),
            transfer(-345, 120.0, 100.0),
            transfer(-120, 184.4, 0.0),
            transfer(-1, 100.0, 0.0),
            Transfer { locked_until: Some(days(5)), ..transfer(-9, 41.3, 0.0) },
        ],
        transactions: vec![
            purchase(-345, "KC-2041", 124.9, 4.9),
            purchase(-120, "KC-3377", 189.3, 4.9),
            purchase(-9, "KC-4102", 41.3, 0.0),
        ],
        ..customer("Anna", "Nowak")
    };
    let jan = Customer {
        level_id: Some(known.gold.clone()),
        segments: vec![known.tea_club.clone()],
        pos_id: Some(known.krakow.clone()),
        transfers: vec![transfer(-200, 1_240.0, 400.0), transfer(-30, 372.75, 0.0)],
        transactions: vec![purchase(-200, "KC-2950", 1_240.0, 0.0), purchase(-30, "KC-3996", 377.65, 4.9)],
        ..customer("Jan", "Kowalski")
    };
    let ola = Customer {
        level_id: Some(known.bronze.clone()),
        transfers: vec![transfer(-60, 88.0, 0.0)],
        ..customer("Aleksandra", "Zając")
    };
    let ewa = Customer { status: "new".to_owned(), level_id: Some(known.bronze.clone()), ..customer("Ewa", "Lis") };
    let marek = Customer { level_id: Some(known.bronze.clone()), ..customer("Marek", "Wilk") };

    vec![
        User {
            phone: Some("+48600100200".to_owned()),
            loyalty_card_number: Some("7004210001".to_owned()),
            last_login_at: Some(days(-1)),
            ..participant(ids, "anna@example.com", Some(anna))
        },
        participant(ids, "jan@example.com", Some(jan)),
        participant(ids, "ola@example.com", Some(ola)),
        User { temporary_password: true, ..participant(ids, "ewa@example.com", Some(ewa)) },
        User { active: false, ..participant(ids, "marek@example.com", Some(marek)) },
        participant(ids, "guest@example.com", None),
        User { role: Role::Admin, password: "open".to_owned(), ..participant(ids, "admin", None) },
    ]
}

fn participant(ids: &mut Ids, username: &str, customer: Option<Customer>) -> User {
    User {
        id: ids.uuid(),
        username: username.to_owned(),
        phone: None,
        loyalty_card_number: None,
        password: PASSWORD.to_owned(),
        temporary_password: false,
        active: true,
        role: Role::Participant,
        last_login_at: None,
        customer,
    }
}

fn customer(first_name: &str, last_name: &str) -> Customer {
    Customer {
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        status: "active".to_owned(),
        level_id: None,
        segments: Vec::new(),
        pos_id: None,
        transfers: Vec::new(),
        transactions: Vec::new(),
    }
}
