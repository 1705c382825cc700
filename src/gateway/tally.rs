//! How much: what the awards of one ledger have come to.

use serde::{Deserialize, Serialize};

const DAY_MS: u64 = 24 * 3_600_000;
/// How many keys a customer may have in the ledger.
const MOST_KEYS: u64 = 10_000;
/// How long a key counts.
const KEPT_DAYS: u64 = 30;
/// How long an award is remembered beside others of its event.
const RECENT_MS: u64 = 20 * 60_000;
const MOST_RECENT: usize = 100;
/// How many awards are held one by one; what there is beyond counts for the rest of the day.
const MOST_HELD: usize = 100;
const MOST_WORTHS: usize = 100;

/// The awards of the last days in sum, and the last ones each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tally {
    pub(super) days: Vec<Day>,
    pub(crate) recent: Vec<Recent>,
    /// From when on none is missing in `recent`.
    #[serde(default, rename = "complete_from_ms")]
    pub(crate) complete_from_ms: u64,
    #[serde(default)]
    pub(super) held: Vec<Held>,
    #[serde(default)]
    pub(super) worths: Vec<Worth>,
}

/// A day by UTC.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Day {
    number: u64,
    keys: u64,
    points: f64,
}

/// An award that may have left a usage of its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recent {
    pub(crate) nonce: String,
    pub(crate) event_name: String,
    pub(crate) since_ms: u64,
    /// When it was known to be booked; `None` as long as that may still come.
    #[serde(default)]
    pub(crate) until_ms: Option<u64>,
}

/// An award that may be booked, or is for an unknown number of points: it counts for as much as one of
/// its event brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Held {
    nonce: String,
    event_name: String,
    day: u64,
    /// `None` as long as nobody has asked what the event brings.
    points: Option<f64>,
}

/// The most that an award of an event has brought on the last day that it brought anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Worth {
    event_name: String,
    points: f64,
    day: u64,
}

/// Whether there is room for another award.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    Left,
    /// When to come back, in milliseconds.
    None(u64),
    /// That depends on what the events bring whose awards are under way: see the customer's rules.
    Ask,
}

impl Tally {
    /// Counts an award that is about to be tried, if there is room. `worth_of` says what an event
    /// brings, by the customer's rules, if they were asked for.
    pub(crate) fn open(
        &mut self,
        award: Recent,
        daily_points: Option<f64>,
        worth_of: Option<&dyn Fn(&str) -> f64>,
    ) -> Room {
        let now_ms = award.since_ms;
        let today = now_ms / DAY_MS;
        self.days.retain(|day| day.number.saturating_add(KEPT_DAYS) > today);
        if self.days.iter().map(|day| day.keys).sum::<u64>() >= MOST_KEYS {
            return Room::None(DAY_MS - now_ms % DAY_MS);
        }
        if let Some(limit) = daily_points {
            if let Some(worth_of) = worth_of {
                self.appraise(worth_of, today);
            }
            self.held.retain(|held| held.day >= today);
            let held: f64 = self.held.iter().filter_map(|held| held.points).sum();
            if self.day(today).points + held >= limit {
                return Room::None(DAY_MS - now_ms % DAY_MS);
            }
            if self.held.iter().any(|held| held.points.is_none()) {
                return Room::Ask;
            }
            self.hold(&award, today);
        }
        self.day(today).keys += 1;
        if !award.event_name.is_empty() {
            self.recent.push(award);
        }
        while let Some(first) = self.recent.first()
            && (self.recent.len() > MOST_RECENT || first.since_ms.saturating_add(RECENT_MS) <= now_ms)
        {
            self.complete_from_ms = self.complete_from_ms.max(first.since_ms.saturating_add(1));
            self.recent.remove(0);
        }
        Room::Left
    }

    /// Notes that an award is booked; without points if its answer did not say how many.
    pub(crate) fn book(&mut self, nonce: &str, points: Option<f64>, now_ms: u64) {
        // One that is not held was counted before, or counts on no day that matters.
        if let Some(at) = self.held.iter().position(|held| held.nonce == nonce)
            && let Some(points) = points
        {
            let Held { event_name, day, .. } = self.held.remove(at);
            self.day(day).points += points;
            self.learn(&event_name, points, day);
        }
        for award in self.recent.iter_mut().filter(|award| award.nonce == nonce) {
            award.until_ms = Some(now_ms);
        }
    }

    /// Notes that an award has left nothing behind.
    pub(crate) fn forget(&mut self, nonce: &str) {
        self.held.retain(|held| held.nonce != nonce);
        self.recent.retain(|award| award.nonce != nonce);
    }

    fn hold(&mut self, award: &Recent, day: u64) {
        let Recent { nonce, event_name, .. } = award;
        if event_name.is_empty() {
            return;
        }
        let points = self.worths.iter().find(|worth| worth.event_name == *event_name).map(|worth| worth.points);
        self.held.push(Held { nonce: nonce.clone(), event_name: event_name.clone(), day, points });
        if self.held.len() > MOST_HELD {
            let first = self.held.remove(0);
            self.day(first.day).points += first.points.unwrap_or_default();
        }
    }

    fn appraise(&mut self, worth_of: &dyn Fn(&str) -> f64, today: u64) {
        let mut held = core::mem::take(&mut self.held);
        for held in held.iter_mut().filter(|held| held.points.is_none()) {
            let points = worth_of(&held.event_name);
            held.points = Some(points);
            self.learn(&held.event_name, points, today);
        }
        self.held = held;
    }

    fn learn(&mut self, event_name: &str, points: f64, day: u64) {
        let known = self.worths.iter().position(|worth| worth.event_name == event_name);
        let before = known.map(|at| self.worths.remove(at)).filter(|worth| worth.day == day);
        let points = before.map_or(points, |before| before.points.max(points));
        self.worths.push(Worth { event_name: event_name.to_owned(), points, day });
        if self.worths.len() > MOST_WORTHS {
            self.worths.remove(0);
        }
    }

    fn day(&mut self, day: u64) -> &mut Day {
        let at = self.days.iter().position(|counted| counted.number == day).unwrap_or_else(|| {
            self.days.push(Day { number: day, keys: 0, points: 0.0 });
            self.days.len() - 1
        });
        &mut self.days[at]
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, Recent, Room, Tally};
    use proptest::prelude::*;
    use std::collections::HashMap;

    const NOON: u64 = 20_000 * DAY_MS + DAY_MS / 2;
    const FULL: Room = Room::None(DAY_MS / 2);

    fn award(nonce: &str, since_ms: u64) -> Recent {
        Recent { nonce: nonce.to_owned(), event_name: "facebook_like".to_owned(), since_ms, until_ms: None }
    }

    fn try_open(tally: &mut Tally, nonce: &str, limit: f64) -> Room {
        tally.open(award(nonce, NOON), Some(limit), None)
    }

    #[test]
    fn a_days_points_are_a_limit_until_midnight() {
        let mut tally = Tally::default();
        assert_eq!(try_open(&mut tally, "1", 15.0), Room::Left);
        tally.book("1", Some(10.0), NOON);
        assert_eq!(try_open(&mut tally, "2", 15.0), Room::Left);
        tally.book("2", Some(5.0), NOON);
        assert_eq!(try_open(&mut tally, "3", 15.0), FULL);
        assert_eq!(tally.open(award("3", NOON), None, None), Room::Left);
        assert_eq!(tally.open(award("4", NOON + DAY_MS / 2), Some(15.0), None), Room::Left);
    }

    #[test]
    fn what_is_under_way_or_unknown_counts_as_booked() {
        let mut tally = Tally::default();
        assert_eq!(try_open(&mut tally, "1", 25.0), Room::Left);
        tally.book("1", Some(10.0), NOON);
        assert_eq!(try_open(&mut tally, "2", 25.0), Room::Left);
        assert_eq!(try_open(&mut tally, "3", 25.0), Room::Left);
        assert_eq!(try_open(&mut tally, "4", 25.0), FULL);
        tally.forget("3");
        assert_eq!(try_open(&mut tally, "4", 25.0), Room::Left);
        // Nobody says how many points it was.
        tally.book("4", None, NOON);
        assert_eq!(try_open(&mut tally, "5", 25.0), FULL);
        tally.book("2", Some(4.0), NOON);
        assert_eq!(try_open(&mut tally, "5", 25.0), Room::Left);
    }

    #[test]
    fn an_event_that_has_brought_nothing_so_far_is_asked_about() {
        let mut tally = Tally::default();
        assert_eq!(try_open(&mut tally, "1", 25.0), Room::Left);
        assert_eq!(try_open(&mut tally, "2", 25.0), Room::Ask);
        assert_eq!(tally.open(award("2", NOON), Some(25.0), Some(&|_| 10.0)), Room::Left);
        assert_eq!(try_open(&mut tally, "3", 25.0), Room::Left);
        assert_eq!(try_open(&mut tally, "4", 25.0), FULL);
    }

    #[test]
    fn an_award_is_booked_once_however_often_that_is_said() {
        let mut tally = Tally::default();
        assert_eq!(try_open(&mut tally, "1", 25.0), Room::Left);
        for _ in 0..5 {
            tally.book("1", Some(10.0), NOON);
        }
        assert_eq!(try_open(&mut tally, "2", 25.0), Room::Left);
    }

    #[test]
    fn what_is_forgotten_of_the_last_awards_is_said() {
        let mut tally = Tally::default();
        for n in 0..150 {
            assert_eq!(tally.open(award(&n.to_string(), 1_000 + n), None, None), Room::Left);
        }
        assert_eq!((tally.recent.len(), tally.complete_from_ms), (100, 1_050));
        assert_eq!(tally.open(award("late", 2_000_000), None, None), Room::Left);
        assert_eq!((tally.recent.len(), tally.complete_from_ms), (1, 1_150));
    }

    #[test]
    fn refused_awards_leave_no_trace_beside_their_key() {
        let mut tally = Tally::default();
        assert_eq!(tally.open(award("1", 0), None, None), Room::Left);
        tally.forget("1");
        assert_eq!(tally.recent, []);
    }

    #[test]
    fn a_tally_of_before_is_read() {
        let before = r#"{"days":[{"number":20000,"keys":1,"points":10}],"recent":[],"complete_from_ms":7}"#;
        let mut tally: Tally = serde_json::from_str(before).expect("it is a tally");
        assert_eq!((tally.complete_from_ms, try_open(&mut tally, "1", 10.0)), (7, FULL));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever becomes of the awards, and whatever nobody knows of them.
        #[test]
        fn a_day_brings_no_more_than_its_limit_and_one_award(
            steps in prop::collection::vec((0_usize..3, 0_u8..6, any::<prop::sample::Index>()), 1..400),
            limit in 1_u32..2_000,
        ) {
            const WORTHS: [f64; 3] = [3.0, 40.0, 500.0];
            let name = |event: usize| ["a", "b", "c"][event].to_owned();
            let worth_of = |event: &str| WORTHS[["a", "b", "c"].iter().position(|name| *name == event).unwrap_or(0)];
            let limit = f64::from(limit);
            let (mut tally, mut most, mut open) = (Tally::default(), HashMap::new(), Vec::new());
            for (nonce, (event, fate, which)) in steps.into_iter().enumerate() {
                let award = Recent { nonce: nonce.to_string(), event_name: name(event), since_ms: NOON, until_ms: None };
                let room = match tally.open(award.clone(), Some(limit), None) {
                    Room::Ask => tally.open(award, Some(limit), Some(&worth_of)),
                    room => room,
                };
                prop_assert_ne!(room, Room::Ask);
                if room == Room::Left {
                    most.insert(nonce, WORTHS[event]);
                    open.push((nonce, event));
                }
                if !open.is_empty() {
                    let at = which.index(open.len());
                    let (nonce, event) = open[at];
                    match fate {
                        0 => tally.book(&nonce.to_string(), Some(WORTHS[event]), NOON),
                        1 => tally.book(&nonce.to_string(), None, NOON),
                        2 => {
                            tally.forget(&nonce.to_string());
                            most.remove(&nonce);
                        }
                        // It is under way, or unknown.
                        _ => continue,
                    }
                    open.remove(at);
                }
            }
            prop_assert!(most.values().sum::<f64>() < limit + 500.0);
        }
    }
}
