use super::{Answer, Body, Cut, ErrorText, combine, decide, decide_unanswered, known};
use crate::error::{Code, Error, Operation, Outcome};

const BODIES: [Body; 8] = [
    Body::Cut(Cut::Network),
    Body::Cut(Cut::Timeout),
    Body::Cut(Cut::Aborted),
    Body::Cut(Cut::TooLarge),
    Body::Usable(ErrorText::EventUnavailable),
    Body::Usable(ErrorText::LimitExceeded),
    Body::Usable(ErrorText::Other),
    Body::Unusable,
];

fn is_read(operation: Operation) -> bool {
    matches!(operation, Operation::ListEarningRules | Operation::GetCustomerStatus)
}

fn documented_status(operation: Operation) -> u16 {
    if matches!(operation, Operation::CreateUser | Operation::AssignPoints) { 201 } else { 200 }
}

/// What is known of an answer, and what the caller gets to see.
struct Case {
    operation: Operation,
    status: u16,
    is_json: bool,
    body: Body,
    verdict: Option<(Code, Outcome)>,
}

impl Case {
    fn is_usable(&self) -> bool {
        matches!(self.body, Body::Usable(_))
    }

    fn is_documented(&self) -> bool {
        self.status == documented_status(self.operation) && self.is_json
    }

    /// The answer that Open Loyalty also gives when it fails after booking.
    fn is_silent_refusal(&self) -> bool {
        self.status == 400 && self.operation == Operation::TriggerEvent && !self.is_usable()
    }
}

#[track_caller]
fn for_every_answer(check: impl Fn(&Case)) {
    for &operation in Operation::ALL {
        for status in 0..=999 {
            for is_json in [false, true] {
                for body in BODIES {
                    let verdict = decide(operation, Answer { status, is_json, body });
                    let verdict = verdict.map(|(code, outcome)| (code, Error::new(operation, code, outcome).outcome()));
                    check(&Case { operation, status, is_json, body, verdict });
                }
            }
        }
    }
}

#[test]
fn only_the_documented_answer_is_a_success() {
    for_every_answer(|case| {
        assert_eq!(case.verdict.is_none(), case.is_documented() && case.is_usable());
    });
}

#[test]
fn reads_are_never_anything_but_not_applied() {
    for_every_answer(|case| {
        if let (true, Some((_, outcome))) = (is_read(case.operation), case.verdict) {
            assert_eq!(outcome, Outcome::NotApplied);
        }
    });
}

#[test]
fn awards_are_applied_exactly_when_the_documented_status_came_as_json() {
    for_every_answer(|case| {
        if let (false, Some((_, outcome))) = (is_read(case.operation), case.verdict) {
            assert_eq!(outcome == Outcome::Applied, case.is_documented());
        }
    });
}

#[test]
fn awards_are_not_applied_exactly_when_the_server_refused_in_so_many_words() {
    for_every_answer(|case| {
        if let (false, Some((_, outcome))) = (is_read(case.operation), case.verdict) {
            let is_refusal = (400..500).contains(&case.status) && ![408, 409].contains(&case.status);
            assert_eq!(outcome == Outcome::NotApplied, is_refusal && !case.is_silent_refusal());
        }
    });
}

#[test]
fn the_body_never_changes_the_outcome_but_for_the_events_400() {
    for_every_answer(|case| {
        let complete = Answer { status: case.status, is_json: case.is_json, body: Body::Unusable };
        let complete = decide(case.operation, complete).map(|(_, outcome)| outcome);
        let complete = complete.map(|outcome| Error::new(case.operation, Code::Internal, outcome).outcome());
        if let (Some((_, outcome)), false) = (case.verdict, case.status == 400) {
            assert_eq!(Some(outcome), complete);
        }
    });
}

#[test]
fn what_is_known_before_the_body_stays_true_after_it() {
    for_every_answer(|case| {
        let known = known(case.operation, case.status, case.is_json);
        if let (Some((_, outcome)), false) = (case.verdict, case.status == 400) {
            assert_eq!(outcome, known);
        }
    });
}

/// The code that the status alone stands for.
fn code_of_status(status: u16) -> Code {
    match status {
        0 => Code::Redirected,
        401 => Code::Unauthorized,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        408 => Code::Timeout,
        409 => Code::Conflict,
        429 => Code::RateLimited,
        _ => match status / 100 {
            3 => Code::Redirected,
            4 => Code::Rejected,
            5 => Code::ServerError,
            _ => Code::InvalidResponse,
        },
    }
}

#[test]
fn the_code_is_the_status_or_the_cut() {
    for_every_answer(|case| {
        let Some((code, _)) = case.verdict else { return };
        let of_status = code_of_status(case.status);
        let allowed: &[Code] = match case.body {
            Body::Cut(Cut::Network) if case.is_silent_refusal() => &[Code::Network, Code::Rejected],
            Body::Cut(Cut::Network) => &[Code::Network],
            Body::Cut(Cut::Timeout) => &[Code::Timeout],
            Body::Cut(Cut::Aborted) => &[Code::Aborted],
            Body::Usable(ErrorText::EventUnavailable) if is_events_400(case) => &[Code::EventUnavailable],
            Body::Usable(ErrorText::LimitExceeded) if is_events_400(case) => &[Code::LimitExceeded],
            _ => &[of_status],
        };
        assert!(allowed.contains(&code), "{} {:?} is {code}", case.status, case.body);
    });
}

fn is_events_400(case: &Case) -> bool {
    case.status == 400 && case.operation == Operation::TriggerEvent
}

/// What a gateway can answer to one award, or what becomes of the attempt: the world behind it, as far as a client
/// may know.
#[derive(Clone, Copy, Debug)]
enum Truth {
    /// It arrived and was booked.
    Booked,
    /// It arrived and was refused, which the ledger keeps.
    Refused,
    /// It was turned away before the ledger, or its key was freed again.
    TurnedAway,
    /// It never arrived, or is still on its way.
    NeverArrived,
}

/// What a client may see of an attempt that went so.
fn seen(truth: Truth) -> Vec<(Code, Outcome, bool)> {
    let mut seen = vec![(Code::Network, Outcome::Unknown, false), (Code::Timeout, Outcome::Unknown, false)];
    match truth {
        Truth::Booked => seen.extend([
            (Code::InvalidResponse, Outcome::Applied, false),
            (Code::Network, Outcome::Applied, false),
            (Code::InProgress, Outcome::Unknown, false),
            (Code::ServerError, Outcome::Unknown, true),
        ]),
        Truth::Refused => seen.extend(
            [Code::LimitExceeded, Code::EventUnavailable, Code::Rejected].map(|code| (code, Outcome::NotApplied, true)),
        ),
        Truth::TurnedAway => {
            for code in [
                Code::Unauthorized,
                Code::Forbidden,
                Code::NotFound,
                Code::RateLimited,
                Code::Misconfigured,
                Code::Internal,
            ] {
                seen.extend([false, true].map(|is_final| (code, Outcome::NotApplied, is_final)));
            }
            seen.push((Code::Rejected, Outcome::NotApplied, false));
        }
        Truth::NeverArrived => seen.push((Code::Aborted, Outcome::NotApplied, false)),
    }
    seen
}

/// The attempts of one call in every order, the first of which that reaches the ledger decides for all of them.
#[test]
fn what_several_attempts_say_together_is_true() {
    use Truth::{Booked, NeverArrived, Refused, TurnedAway};
    for settled in [None, Some(Booked), Some(Refused)] {
        let mut others = vec![TurnedAway, NeverArrived];
        others.extend(settled);
        let mut truths: Vec<Vec<Truth>> = vec![vec![]];
        for _ in 0..3 {
            truths = truths.iter().flat_map(|story| others.iter().map(|t| [&story[..], &[*t]].concat())).collect();
        }
        for story in truths {
            let mut stories = vec![(vec![], Outcome::NotApplied)];
            let mut booked = false;
            for truth in story {
                booked |= matches!(truth, Booked);
                stories = stories
                    .iter()
                    .flat_map(|(told, earlier)| {
                        seen(truth).into_iter().map(|last| {
                            let told: Vec<_> = told.iter().copied().chain([last]).collect();
                            (told, combine(*earlier, last.0, last.1, last.2))
                        })
                    })
                    .collect();
                for (told, outcome) in &stories {
                    match outcome {
                        Outcome::Applied => assert!(booked, "{told:?} was never booked"),
                        Outcome::NotApplied => assert!(!booked, "{told:?} was booked"),
                        Outcome::Unknown => {
                            assert!(told.iter().any(|(_, outcome, _)| *outcome == Outcome::Unknown), "{told:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn only_a_stored_answer_settles_what_is_unknown() {
    for &code in Code::ALL {
        for is_final in [false, true] {
            let is_last_word = matches!(
                code,
                Code::InvalidInput | Code::EventUnavailable | Code::LimitExceeded | Code::Rejected | Code::KeyReused
            );
            for &last in Outcome::ALL {
                assert_eq!(combine(Outcome::NotApplied, code, last, is_final), last);
                assert_eq!(combine(Outcome::Applied, code, last, is_final), Outcome::Applied);
                let settled =
                    if last == Outcome::NotApplied && !(is_last_word && is_final) { Outcome::Unknown } else { last };
                assert_eq!(combine(Outcome::Unknown, code, last, is_final), settled, "{code} {last} {is_final}");
            }
        }
    }
}

#[test]
fn without_a_status_it_matters_whether_the_request_left() {
    for cut in [Cut::Network, Cut::Timeout, Cut::Aborted, Cut::TooLarge] {
        assert_eq!(decide_unanswered(cut, true), (cut.code(), Outcome::Unknown));
        assert_eq!(decide_unanswered(cut, false), (cut.code(), Outcome::NotApplied));
    }
}
