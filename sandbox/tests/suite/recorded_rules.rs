//! The list of rules, against lists that Open Loyalty 3.2.0 wrote.

use earnkit_sandbox::open_loyalty::{Level, PointOfSale, Rule, Segment};
use earnkit_sandbox::{Request, Response};
use serde_json::Value;

use crate::ordered::Ordered;
use crate::support::{Shop, bearer, stored_rule, text};

const RECORDED: &str = include_str!("../../../tests/fixtures/open-loyalty-rules.json");
/// A server with another `php.ini`; see the fixtures' README.
const OTHER_PHP_INI: &str = "points_serialize_precision_17";
/// In the second of the examples' windows.
const JULY_2018_MS: i64 = 1_530_439_200_000;

/// The list of a server with these rules and with the names that the recording used.
fn list(rules: Vec<Rule>) -> Response {
    let mut shop = Shop::at(JULY_2018_MS);
    let token = shop.token("anna@example.com");
    let server = &mut shop.sandbox.open_loyalty;
    server.rules = rules;
    "PLN".clone_into(&mut server.settings.currency);
    "https://loyalty.example".clone_into(&mut server.settings.base_url);
    server.levels = vec![Level {
        id: "000096cf-32a3-43bd-9034-4df343e5fd93".to_owned(),
        name: "Bronze".to_owned(),
        condition_value: 0.0,
        reward: 0.0,
    }];
    server.segments =
        vec![Segment { id: "00000000-0000-0000-0000-000000000002".to_owned(), name: "VIP shoppers".to_owned() }];
    server.points_of_sale =
        vec![PointOfSale { id: "00000000-0000-474c-1111-b0dd880c07e2".to_owned(), name: "Shop 1".to_owned() }];
    shop.send(&bearer(Request::new("GET", "/api/customer/earningRule"), &token))
}

fn recorded() -> Value {
    serde_json::from_str(RECORDED).unwrap()
}

#[test]
fn every_example_comes_out_as_recorded_key_by_key() {
    let ordered: Ordered = serde_json::from_str(RECORDED).unwrap();
    let Ordered::Map(examples) = ordered.get("examples") else { panic!("no examples") };
    let mut compared = 0;
    for (name, expected) in examples {
        if name == OTHER_PHP_INI {
            continue;
        }
        let rule = stored_rule(&recorded()["examples"][name]);
        let answer: Ordered = serde_json::from_slice(&list(vec![rule]).body).unwrap();
        assert_eq!(answer.get("earningRules"), &Ordered::List(vec![expected.clone()]), "{name}");
        compared += 1;
    }
    assert_eq!(compared, 21);
}

#[test]
fn the_text_is_the_recorded_one_byte_by_byte() {
    for name in ["points_full", "points_text_escapes"] {
        let recorded = recorded();
        let expected = recorded["rawText"][name].as_str().unwrap().trim();
        let rule = stored_rule(&recorded["examples"][name]);
        let answer = list(vec![rule]);
        // One of the two was cut out of a list, where it stands eight blanks further in.
        let unindented = text(&answer).replace("\n        ", "\n");
        let indented = text(&answer);
        assert!(indented.contains(expected) || unindented.contains(expected), "{name}: {indented}");
    }
}

#[test]
fn an_empty_list_comes_out_as_recorded() {
    let answer: Value = serde_json::from_slice(&list(Vec::new()).body).unwrap();
    assert_eq!(answer, recorded()["envelopeEmpty"]);
}
