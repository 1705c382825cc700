//! Machines with one mistake each.

use super::{Machine, explore, starts};
use crate::gateway::failure::Failure;
use crate::gateway::ledger::{Event, Reply, State, Step, Verdict};

#[track_caller]
fn is_caught(fault: &str, machine: Machine) {
    let is_found = starts().into_iter().any(|start| explore(start, machine, Some(fault)).is_err());
    assert!(is_found, "not found: {fault}");
}

#[test]
fn a_crash_that_is_forgotten_is_caught() {
    is_caught("booked twice", |award, event, now_ms| {
        let event = match event {
            Event::Read { row: Some(row) } if row.state == State::Pending => Event::Read { row: None },
            event => event,
        };
        award.next(event, now_ms)
    });
}

#[test]
fn a_call_before_the_row_is_caught() {
    is_caught("booked twice", |award, event, now_ms| {
        let was_admitted = matches!(event, Event::Admitted { retry_after_ms: None });
        let (award, step) = award.next(event, now_ms);
        if was_admitted { award.next(Event::Swapped { swapped: true }, now_ms) } else { (award, step) }
    });
}

#[test]
fn an_unknown_that_is_forgotten_is_caught() {
    is_caught("booked twice", |award, event, now_ms| {
        let is_unknown =
            matches!(&event, Event::Replied { reply: Reply::Error(failure) } if failure.outcome == "unknown");
        let (award, step) = award.next(event, now_ms);
        (award, if is_unknown { Step::Swap { to: None } } else { step })
    });
}

#[test]
fn a_lost_race_that_goes_on_is_caught() {
    is_caught("booked twice", |award, event, now_ms| {
        let event = match event {
            Event::Swapped { .. } => Event::Swapped { swapped: true },
            event => event,
        };
        award.next(event, now_ms)
    });
}

#[test]
fn a_refused_token_that_is_kept_is_caught() {
    is_caught("a fresh token did not help", |award, event, now_ms| {
        let (award, step) = award.next(event.clone(), now_ms);
        match (event, step) {
            (Event::Read { row: Some(_) }, Step::Done { .. }) if now_ms == 0 => {
                let failure = Failure::not_applied("unauthorized");
                (award, Step::Done { verdict: Verdict::Refused { failure } })
            }
            (_, step) => (award, step),
        }
    });
}

#[test]
fn a_key_that_is_not_compared_is_caught() {
    is_caught("answered with another request's award", |award, event, now_ms| {
        let event = match event {
            Event::Read { row: Some(row) } => {
                let (_, step) = award.clone().next(Event::Read { row: Some(row.clone()) }, now_ms);
                if matches!(&step, Step::Done { verdict: Verdict::Refused { failure } } if failure.code == "key_reused")
                {
                    return (award, Step::Done { verdict: Verdict::Stored { row, replayed: true } });
                }
                Event::Read { row: Some(row) }
            }
            event => event,
        };
        award.next(event, now_ms)
    });
}

#[test]
fn a_lost_answer_that_counts_as_a_refusal_is_caught() {
    is_caught("booked after it was denied for good", |award, event, now_ms| {
        let event = match event {
            Event::Replied { reply: Reply::Error(failure) } if failure.code == "network" => {
                Event::Replied { reply: Reply::Error(Failure::not_applied("rejected")) }
            }
            event => event,
        };
        award.next(event, now_ms)
    });
}
