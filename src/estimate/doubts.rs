//! What an estimate rests on.

use super::evaluate::{Points, Run, Step};
use super::rules::{Kind, Rule};

/// The most orders of rules to try.
const MAX_ORDERS: usize = 720;

/// A purchase rule that is open to somebody, and what became of it if it came up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) index: u32,
    pub(super) rule: &'a Rule,
    pub(super) step: Option<Step>,
}

impl Candidate<'_> {
    /// What the rule does to a cart without points. What it touches is the same for any points.
    fn alone(&self, run: &mut Run<'_>) -> Step {
        let mut points = run.start();
        run.apply(self.index, self.rule, &mut points)
    }

    fn stops(&self, step: Step) -> bool {
        self.rule.is_last && step.has_run()
    }

    /// Whether the rule adds points of its own.
    fn adds(&self, step: Step) -> bool {
        matches!(self.rule.kind, Kind::Points | Kind::ProductPurchase)
            && matches!(step, Step::Touched(points) if points != 0.0)
    }
}

/// Whether knowing the customer's level and segments could change the total.
pub(super) fn rests_on_customer(run: &mut Run<'_>, candidates: &[Candidate<'_>]) -> bool {
    let is_uncertain = |candidate: &&Candidate<'_>| !candidate.rule.audience.is_certain;
    if candidates.iter().filter(is_uncertain).any(|candidate| candidate.step.is_some_and(|step| candidate.adds(step))) {
        return true;
    }
    let (mut adds, mut matters) = (false, false);
    for candidate in candidates {
        if candidate.rule.audience.includes || is_uncertain(&candidate) {
            let step = candidate.alone(run);
            adds |= candidate.adds(step);
            matters |= is_uncertain(&candidate) && (matches!(step, Step::Touched(_)) || candidate.stops(step));
        }
    }
    adds && matters
}

/// Whether a server could give another total, because it runs rules of one group in another order,
/// or runs on PHP 7.
///
/// The query for the rules has no ORDER BY, so any order within a group is possible. The total is
/// tried in all of them if they are few; if not, it counts as different unless it is certain not to be.
pub(super) fn rests_on_order(
    run: &mut Run<'_>,
    applicable: &[Candidate<'_>],
    groups_in_list_order: &[u8],
    points: &Points,
) -> bool {
    let mut groups: [Vec<Candidate<'_>>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    let mut stopped = None;
    for candidate in applicable {
        let Some(group) = candidate.rule.kind.group() else { continue };
        // In every order, some rule of this group stops the later groups.
        if stopped.is_some_and(|stopped| group > stopped) {
            break;
        }
        let step = candidate.step.unwrap_or_else(|| candidate.alone(run));
        if candidate.step.is_some() && candidate.stops(step) {
            stopped = Some(group);
        }
        if matches!(step, Step::Touched(_)) || candidate.stops(step) {
            groups.get_mut(usize::from(group)).into_iter().for_each(|rules| rules.push(*candidate));
        }
    }
    let is_cut_short = stopped.and_then(|group| groups.get(usize::from(group))).is_some_and(|rules| rules.len() > 1);
    let may_differ = is_cut_short || points.depends_on_order();
    let orders = |rules: &Vec<Candidate<'_>>| (1..=rules.len()).fold(1, usize::saturating_mul);
    let orders = groups.iter().map(orders).fold(1, usize::saturating_mul);
    let differs =
        may_differ && (orders > MAX_ORDERS || differs_in_some_order(run, &groups, 0, &run.start(), points.total()));
    differs || run.compared_as_php_8 || is_reordered_by_php_7(groups_in_list_order)
}

/// Whether some order of the rules within their groups leads from `points` to another total. The bits
/// of `done` stand for the rules of the first group that were applied.
#[expect(clippy::float_cmp, reason = "totals are rounded")]
fn differs_in_some_order(
    run: &mut Run<'_>,
    groups: &[Vec<Candidate<'_>>],
    done: u32,
    points: &Points,
    total: f64,
) -> bool {
    let Some((rules, later)) = groups.split_first() else { return points.total() != total };
    let mut is_complete = true;
    for (bit, candidate) in rules.iter().enumerate().filter(|(bit, _)| done >> bit & 1 == 0) {
        is_complete = false;
        let mut points = points.clone();
        let step = run.apply(candidate.index, candidate.rule, &mut points);
        let differs = if candidate.stops(step) {
            points.total() != total
        } else {
            differs_in_some_order(run, groups, done | 1 << bit, &points, total)
        };
        if differs {
            return true;
        }
    }
    is_complete && differs_in_some_order(run, later, 0, points, total)
}

/// Whether PHP 7's `usort` changes the order of equal elements, and so of rules of one group, when
/// it sorts this list. PHP 8's is stable.
///
/// What decides is in `Zend/zend_sort.c`: up to five elements, only how the first three are sorted;
/// up to sixteen, how one from the seventh on is inserted next to the first; with more, pivots.
fn is_reordered_by_php_7(groups: &[u8]) -> bool {
    match groups {
        [] | [_] | [_, _] => false,
        [first, second, third] | [first, second, third, _] | [first, second, third, _, _] => {
            first > second && second == third
        }
        _ if groups.len() > 16 => true,
        _ => (6..groups.len()).step_by(2).any(|at| {
            let (before, group) = (groups.get(..at).unwrap_or_default(), groups.get(at));
            let not_above = before.iter().filter(|other| Some(*other) <= group).count();
            not_above == 1 && before.iter().any(|other| Some(other) == group)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::is_reordered_by_php_7;

    #[test]
    fn php_7_reorders_some_lists_from_three_elements_on() {
        assert!(is_reordered_by_php_7(&[2, 0, 0]) && is_reordered_by_php_7(&[1, 0, 0, 1, 2]));
        assert!(!is_reordered_by_php_7(&[1, 0]) && !is_reordered_by_php_7(&[0, 0, 0]));
        assert!(!is_reordered_by_php_7(&[0, 1, 0]) && !is_reordered_by_php_7(&[0, 2, 1, 1, 1]));
        assert!(is_reordered_by_php_7(&[1, 1, 0, 1, 1, 1, 0]) && !is_reordered_by_php_7(&[1, 1, 0, 1, 1, 0, 0]));
        assert!(is_reordered_by_php_7(&[0; 17]) && !is_reordered_by_php_7(&[0; 16]));
    }
}
